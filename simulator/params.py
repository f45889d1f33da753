"""The parameters of messaging webhooks."""

from __future__ import annotations

from simulator import catalogue, segments
from simulator.model import Message

API_VERSION = "2010-04-01"


def inbound(message: Message, base_url: str) -> dict[str, str]:
    return {
        **place("To", message.to),
        **place("From", message.sender),
        "MessageSid": message.sid,
        "SmsMessageSid": message.sid,
        "SmsSid": message.sid,
        "SmsStatus": "received",
        "AccountSid": message.account_sid,
        "ApiVersion": API_VERSION,
        "From": message.sender,
        "To": message.to,
        "Body": message.body,
        "NumSegments": str(segments.count(message.body)),
        "NumMedia": str(len(message.media)),
        **_media(message, base_url),
    }


def outcome(message: Message, status: str, error_code: int | None) -> dict[str, str]:
    """For a Message's action and for a status callback."""
    found = {
        "MessageSid": message.sid,
        "SmsSid": message.sid,
        "MessageStatus": status,
        "SmsStatus": status,
        "AccountSid": message.account_sid,
        "ApiVersion": API_VERSION,
        "From": message.sender,
        "To": message.shown_to,
    }
    return found if error_code is None else {**found, "ErrorCode": str(error_code)}


def media_uri(message: Message, media_sid: str) -> str:
    return f"/{API_VERSION}/Accounts/{message.account_sid}/Messages/{message.sid}/Media/{media_sid}"


def place(side: str, number: str) -> dict[str, str]:
    found = catalogue.place(number)
    named = {"Country": found.country, "State": found.region, "City": found.city, "Zip": found.postal_code}
    return {side + name: value for name, value in named.items()}


def _media(message: Message, base_url: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for index, media in enumerate(message.media):
        found[f"MediaUrl{index}"] = base_url + media_uri(message, media.sid)
        found[f"MediaContentType{index}"] = media.content_type
    return found
