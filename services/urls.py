"""The URLs of the app are sealed in a Service's document: they may have a password in them, or a key in the query.

They are opened only where a request is sent to one, and where the API shows them.
"""

from __future__ import annotations

from typing import Any

from common.model import Service
from common.runtime import Runtime

URL_FIELDS = ("callback_url", "intercept_callback_url", "out_of_session_callback_url", "events_url")


def with_sealed_urls(rt: Runtime, service_sid: str, fields: dict[str, Any]) -> dict[str, Any]:
    """`fields` of a Service's document; a URL may be None or left out."""
    given = {name: fields[name] for name in URL_FIELDS if fields.get(name)}
    return {**fields, **{name: rt.seal.seal(url, associated_data(service_sid, name)) for name, url in given.items()}}


def open_url(rt: Runtime, service: Service, field: str) -> str | None:
    """`field`: one of URL_FIELDS. Raises SealBroken."""
    sealed: str | None = getattr(service, field)
    return open_sealed_url(rt, service.sid, field, sealed) if sealed else None


def open_sealed_url(rt: Runtime, service_sid: str, field: str, sealed: str) -> str:
    """Raises SealBroken."""
    return rt.seal.open(sealed, associated_data(service_sid, field))


def associated_data(service_sid: str, field: str) -> str:
    return f"url\0{service_sid}\0{field}"
