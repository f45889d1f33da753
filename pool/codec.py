"""Reads the document of a number."""

from __future__ import annotations

from typing import Any

from pool.model import PhoneNumber


def number(doc: dict[str, Any], service_sid: str, account_sid: str) -> PhoneNumber:
    return PhoneNumber(
        sid=doc["sid"],
        service_sid=service_sid,
        account_sid=account_sid,
        phone_number=doc["number"],
        friendly_name=doc["friendly_name"],
        iso_country=doc["country"],
        capabilities=dict(doc["capabilities"]),
        is_reserved=doc["reserved"],
        in_use=doc["in_use"],
        created_ms=doc["created"],
        updated_ms=doc["updated"],
        state="draining" if doc.get("draining") else "active",
        drift=tuple(filter(None, doc.get("drift", "").split(","))),
    )
