"""Resources as Twilio's 2010 API shows them."""

from __future__ import annotations

import re
from datetime import datetime
from email.utils import format_datetime
from typing import Any

from simulator import segments
from simulator.catalogue import Block
from simulator.errors import TABLE
from simulator.model import Account, Key, Media, Message, Number
from simulator.params import API_VERSION, media_uri
from simulator.voice.model import Call, Recording

ROOT = f"/{API_VERSION}/Accounts"
PARTS = {
    "available_phone_numbers": "AvailablePhoneNumbers",
    "incoming_phone_numbers": "IncomingPhoneNumbers",
    "messages": "Messages",
    "calls": "Calls",
    "recordings": "Recordings",
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
        "body": one.shown_body,
        "direction": one.direction,
        "from": one.sender,
        "to": one.shown_to,
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


PARTS_OF_CALL = {
    "notifications": "Notifications",
    "recordings": "Recordings",
    "payments": "Payments",
    "events": "Events",
    "siprec": "Siprec",
    "streams": "Streams",
    "transcriptions": "Transcriptions",
    "user_defined_message_subscriptions": "UserDefinedMessageSubscriptions",
    "user_defined_messages": "UserDefinedMessages",
}


def call(one: Call) -> dict[str, Any]:
    uri = f"{ROOT}/{one.account_sid}/Calls/{one.sid}"
    return {
        "sid": one.sid,
        "account_sid": one.account_sid,
        "api_version": API_VERSION,
        "parent_call_sid": one.parent_sid or None,
        "direction": one.direction,
        "from": one.sender,
        "from_formatted": _spoken(one.sender),
        "to": one.to,
        "to_formatted": _spoken(one.to),
        "phone_number_sid": one.number_sid or None,
        "status": one.status,
        "start_time": _date(one.started),
        "end_time": _date(one.ended),
        "duration": None if one.duration is None else str(one.duration),
        "price": None,
        "price_unit": "USD",
        "answered_by": one.answered_by or None,
        "forwarded_from": one.forwarded_from or None,
        "caller_name": one.caller_name or None,
        # Gone from Twilio, but the oldest Python SDKs cannot read a Call without it.
        "annotation": None,
        "group_sid": None,
        "trunk_sid": None,
        "queue_time": "0",
        **_dates(one.created, one.updated),
        "uri": f"{uri}.json",
        "subresource_uris": {name: f"{uri}/{path}.json" for name, path in PARTS_OF_CALL.items()},
    }


def call_recording(one: Recording) -> dict[str, Any]:
    """Under its call."""
    return {
        "sid": one.sid,
        "account_sid": one.account_sid,
        "api_version": API_VERSION,
        "call_sid": one.call_sid,
        "conference_sid": None,
        "start_time": _date(one.created),
        "duration": None if one.duration is None else str(one.duration),
        "channels": one.channels,
        "source": one.source,
        "status": one.status,
        "error_code": None,
        "encryption_details": None,
        "track": one.track,
        "price": None,
        "price_unit": "USD",
        **_dates(one.created, one.updated),
        "uri": f"{ROOT}/{one.account_sid}/Calls/{one.call_sid}/Recordings/{one.sid}.json",
    }


def recording(one: Recording) -> dict[str, Any]:
    """Of the account."""
    uri = f"{ROOT}/{one.account_sid}/Recordings/{one.sid}"
    found = {**call_recording(one), "uri": f"{uri}.json", "media_url": uri}
    del found["track"]
    parts = {"add_on_results": f"{uri}/AddOnResults.json", "transcriptions": f"{uri}/Transcriptions.json"}
    return {**found, "subresource_uris": parts}


def _spoken(phone: str) -> str:
    """North American numbers as people write them."""
    if re.fullmatch(r"\+1[0-9]{10}", phone):
        return f"({phone[2:5]}) {phone[5:8]}-{phone[8:]}"
    return phone


def error_text(code: int | None) -> str | None:
    if code is None:
        return None
    return TABLE[code][1].format("").strip() if code in TABLE else "The message could not be delivered"


def _dates(created: datetime, updated: datetime) -> dict[str, str | None]:
    return {"date_created": _date(created), "date_updated": _date(updated)}


def _date(at: datetime | None) -> str | None:
    return None if at is None else format_datetime(at)
