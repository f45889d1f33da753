"""Resources as JSON, in the form of Twilio's 2010 API."""

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


def account(resource: Account) -> dict[str, Any]:
    uri = f"{ROOT}/{resource.sid}"
    return {
        "sid": resource.sid,
        "owner_account_sid": resource.sid,
        "friendly_name": resource.friendly_name,
        "auth_token": resource.auth_token,
        "status": "active",
        "type": "Full",
        **_dates(resource.created, resource.created),
        "uri": f"{uri}.json",
        "subresource_uris": {name: f"{uri}/{path}.json" for name, path in PARTS.items()},
    }


def key(resource: Key) -> dict[str, Any]:
    return {"sid": resource.sid, "friendly_name": resource.friendly_name, **_dates(resource.created, resource.updated)}


def number(resource: Number) -> dict[str, Any]:
    return {
        "sid": resource.sid,
        "account_sid": resource.account_sid,
        "phone_number": resource.phone_number,
        "address_requirements": "none",
        "api_version": API_VERSION,
        "beta": False,
        "capabilities": dict(resource.capabilities),
        **_dates(resource.created, resource.updated),
        **resource.settings,
        "emergency_address_status": "unregistered",
        "origin": "twilio",
        "status": "in-use",
        "type": resource.kind,
        "uri": f"{ROOT}/{resource.account_sid}/IncomingPhoneNumbers/{resource.sid}.json",
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


def message(resource: Message) -> dict[str, Any]:
    uri = f"{ROOT}/{resource.account_sid}/Messages/{resource.sid}"
    return {
        "sid": resource.sid,
        "account_sid": resource.account_sid,
        "api_version": API_VERSION,
        "messaging_service_sid": None,
        "body": resource.shown_body,
        "direction": resource.direction,
        "from": resource.sender,
        "to": resource.shown_to,
        "status": resource.status,
        "error_code": resource.error_code,
        "error_message": error_message(resource.error_code),
        "num_media": str(len(resource.media)),
        "num_segments": str(segments.count(resource.body)),
        "price": None,
        "price_unit": "USD",
        "date_sent": _date(resource.sent if resource.direction != "inbound" else resource.created),
        **_dates(resource.created, resource.updated),
        "uri": f"{uri}.json",
        "subresource_uris": {"media": f"{uri}/Media.json"},
    }


def media(parent: Message, resource: Media) -> dict[str, Any]:
    return {
        "sid": resource.sid,
        "account_sid": parent.account_sid,
        "parent_sid": parent.sid,
        "content_type": resource.content_type,
        **_dates(parent.created, parent.created),
        "uri": f"{media_uri(parent, resource.sid)}.json",
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


def call(resource: Call) -> dict[str, Any]:
    uri = f"{ROOT}/{resource.account_sid}/Calls/{resource.sid}"
    return {
        "sid": resource.sid,
        "account_sid": resource.account_sid,
        "api_version": API_VERSION,
        "parent_call_sid": resource.parent_sid or None,
        "direction": resource.direction,
        "from": resource.sender,
        "from_formatted": _national_format(resource.sender),
        "to": resource.to,
        "to_formatted": _national_format(resource.to),
        "phone_number_sid": resource.number_sid or None,
        "status": resource.status,
        "start_time": _date(resource.started),
        "end_time": _date(resource.ended),
        "duration": None if resource.duration is None else str(resource.duration),
        "price": None,
        "price_unit": "USD",
        "answered_by": resource.answered_by or None,
        "forwarded_from": resource.forwarded_from or None,
        "caller_name": resource.caller_name or None,
        # Twilio removed this field, but the oldest Python SDKs cannot read a Call without it.
        "annotation": None,
        "group_sid": None,
        "trunk_sid": None,
        "queue_time": "0",
        **_dates(resource.created, resource.updated),
        "uri": f"{uri}.json",
        "subresource_uris": {name: f"{uri}/{path}.json" for name, path in PARTS_OF_CALL.items()},
    }


def call_recording(resource: Recording) -> dict[str, Any]:
    """As a resource of its call."""
    return {
        "sid": resource.sid,
        "account_sid": resource.account_sid,
        "api_version": API_VERSION,
        "call_sid": resource.call_sid,
        "conference_sid": None,
        "start_time": _date(resource.created),
        "duration": None if resource.duration is None else str(resource.duration),
        "channels": resource.channels,
        "source": resource.source,
        "status": resource.status,
        "error_code": None,
        "encryption_details": None,
        "track": resource.track,
        "price": None,
        "price_unit": "USD",
        **_dates(resource.created, resource.updated),
        "uri": f"{ROOT}/{resource.account_sid}/Calls/{resource.call_sid}/Recordings/{resource.sid}.json",
    }


def recording(resource: Recording) -> dict[str, Any]:
    """As a resource of the account."""
    uri = f"{ROOT}/{resource.account_sid}/Recordings/{resource.sid}"
    found = {**call_recording(resource), "uri": f"{uri}.json", "media_url": uri}
    del found["track"]
    parts = {"add_on_results": f"{uri}/AddOnResults.json", "transcriptions": f"{uri}/Transcriptions.json"}
    return {**found, "subresource_uris": parts}


def _national_format(phone: str) -> str:
    """North American numbers in the national format."""
    if re.fullmatch(r"\+1[0-9]{10}", phone):
        return f"({phone[2:5]}) {phone[5:8]}-{phone[8:]}"
    return phone


def error_message(code: int | None) -> str | None:
    if code is None:
        return None
    return TABLE[code][1].format("").strip() if code in TABLE else "The message could not be delivered"


def _dates(created: datetime, updated: datetime) -> dict[str, str | None]:
    return {"date_created": _date(created), "date_updated": _date(updated)}


def _date(at: datetime | None) -> str | None:
    return None if at is None else format_datetime(at)
