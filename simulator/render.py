"""Resources as Twilio's 2010 API shows them."""

from __future__ import annotations

from datetime import datetime
from email.utils import format_datetime
from typing import Any

from simulator import segments
from simulator.catalogue import Block
from simulator.errors import TABLE
from simulator.model import Account, Key, Media, Message, Number
from simulator.params import API_VERSION, media_uri

ROOT = f"/{API_VERSION}/Accounts"
PARTS = {
    "available_phone_numbers": "AvailablePhoneNumbers",
    "incoming_phone_numbers": "IncomingPhoneNumbers",
    "messages": "Messages",
    "keys": "Keys",
}


def account(one: Account) -> dict[str, Any]:
    uri = f"{ROOT}/{one.sid}"
    return {
        "sid": one.sid,
        "owner_account_sid": one.sid,
        "friendly_name": one.friendly_name,
        "auth_token": one.auth_token,
        "status": "active",
        "type": "Full",
        **_dates(one.created, one.created),
        "uri": f"{uri}.json",
        "subresource_uris": {name: f"{uri}/{path}.json" for name, path in PARTS.items()},
    }


def key(one: Key) -> dict[str, Any]:
    return {"sid": one.sid, "friendly_name": one.friendly_name, **_dates(one.created, one.updated)}


def number(one: Number) -> dict[str, Any]:
    return {
        "sid": one.sid,
        "account_sid": one.account_sid,
        "phone_number": one.phone_number,
        "address_requirements": "none",
        "api_version": API_VERSION,
        "beta": False,
        "capabilities": dict(one.capabilities),
        **_dates(one.created, one.updated),
        **one.settings,
        "emergency_address_status": "unregistered",
        "origin": "twilio",
        "status": "in-use",
        "type": one.kind,
        "uri": f"{ROOT}/{one.account_sid}/IncomingPhoneNumbers/{one.sid}.json",
    }


def offer(phone: str, block: Block) -> dict[str, Any]:
    return {
        "friendly_name": phone,
        "phone_number": phone,
        "lata": None,
        "locality": block.city.title() or None,
        "rate_center": None,
        "latitude": None,
        "longitude": None,
        "region": block.region or None,
        "postal_code": block.postal_code or None,
        "iso_country": block.country,
        "address_requirements": "none",
        "beta": False,
        "capabilities": dict(block.capabilities),
    }


def message(one: Message) -> dict[str, Any]:
    uri = f"{ROOT}/{one.account_sid}/Messages/{one.sid}"
    return {
        "sid": one.sid,
        "account_sid": one.account_sid,
        "api_version": API_VERSION,
        "messaging_service_sid": None,
        "body": one.body,
        "direction": one.direction,
        "from": one.sender,
        "to": one.to,
        "status": one.status,
        "error_code": one.error_code,
        "error_message": error_text(one.error_code),
        "num_media": str(len(one.media)),
        "num_segments": str(segments.count(one.body)),
        "price": None,
        "price_unit": "USD",
        "date_sent": _date(one.sent if one.direction != "inbound" else one.created),
        **_dates(one.created, one.updated),
        "uri": f"{uri}.json",
        "subresource_uris": {"media": f"{uri}/Media.json"},
    }


def media(parent: Message, one: Media) -> dict[str, Any]:
    return {
        "sid": one.sid,
        "account_sid": parent.account_sid,
        "parent_sid": parent.sid,
        "content_type": one.content_type,
        **_dates(parent.created, parent.created),
        "uri": f"{media_uri(parent, one.sid)}.json",
    }


def error_text(code: int | None) -> str | None:
    if code is None:
        return None
    return TABLE[code][1].format("").strip() if code in TABLE else "The message could not be delivered"


def _dates(created: datetime, updated: datetime) -> dict[str, str | None]:
    return {"date_created": _date(created), "date_updated": _date(updated)}


def _date(at: datetime | None) -> str | None:
    return None if at is None else format_datetime(at)
