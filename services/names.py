"""The unique name of a Service is sealed in its document, and found by its hash, which differs between accounts."""

from __future__ import annotations

from typing import Any

from common.model import Service
from common.runtime import Runtime


def with_sealed_name(rt: Runtime, account_sid: str, service_sid: str, fields: dict[str, Any]) -> dict[str, Any]:
    """`fields` of a Service's document; the name may be left out."""
    if not fields.get("unique_name"):
        return fields
    name = fields["unique_name"]
    sealed = rt.seal.seal(name, associated_data(service_sid))
    return {**fields, "unique_name": sealed, "name_hash": rt.index.of_name(account_sid, name)}


def open_name(rt: Runtime, service: Service) -> str:
    """Raises SealBroken."""
    return rt.seal.open(service.unique_name, associated_data(service.sid))


def associated_data(service_sid: str) -> str:
    return f"unique-name\0{service_sid}"
