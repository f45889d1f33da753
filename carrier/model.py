"""What the carrier has, as we read it, and what we order from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

#: The settings that route a number's traffic. They are saved when a number is added, and restored when it is removed.
ROUTING_FIELDS = (
    "sms_url", "sms_method", "sms_fallback_url", "sms_fallback_method", "sms_application_sid",
    "voice_url", "voice_method", "voice_fallback_url", "voice_fallback_method", "voice_application_sid",
    "status_callback", "status_callback_method", "trunk_sid", "voice_receive_mode",
)  # fmt: skip
FINAL_CALL_STATUSES = frozenset({"completed", "canceled", "failed", "busy", "no-answer"})


@dataclass(frozen=True, slots=True)
class CarrierNumber:
    sid: str
    phone_number: str
    friendly_name: str
    capabilities: dict[str, bool]
    routing: dict[str, str]


@dataclass(frozen=True, slots=True, repr=False)
class MessageOrder:
    """`media`: URLs where the carrier fetches the files. `status_url` None: no status callback.

    `discard`: ask the carrier to keep no text. `obfuscate`: ask it not to keep the whole number.
    """

    to: str
    caller_id: str
    body: str
    status_url: str | None
    media: list[str]
    discard: bool = False
    obfuscate: bool = False


@dataclass(frozen=True, slots=True, repr=False)
class CallOrder:
    """Times in seconds. The carrier requests TwiML from `answered_url` when the call is answered."""

    to: str
    caller_id: str
    answered_url: str
    status_url: str
    ring: int
    limit: int


@dataclass(frozen=True, slots=True, repr=False)
class CarrierMessage:
    """`at_ms`: when it was created, or when an inbound one arrived, in whole seconds. `media`: the number of files."""

    sid: str
    status: str
    direction: str
    sender: str
    to: str
    body: str
    code: int | None
    at_ms: int
    media: int


@dataclass(frozen=True, slots=True, repr=False)
class CarrierCall:
    """`duration`: in seconds, once the call has ended."""

    sid: str
    status: str
    direction: str
    sender: str
    to: str
    duration: int | None
    at_ms: int


def number_of(resource: Any) -> CarrierNumber:
    routing = {name: str(getattr(resource, name, None) or "") for name in ROUTING_FIELDS}
    return CarrierNumber(
        resource.sid,
        resource.phone_number,
        resource.friendly_name or "",
        {name: bool(value) for name, value in dict(resource.capabilities or {}).items()},
        routing,
    )


def message_of(resource: Any) -> CarrierMessage:
    return CarrierMessage(
        resource.sid,
        str(resource.status),
        str(resource.direction),
        str(resource.from_ or ""),
        str(resource.to or ""),
        str(resource.body or ""),
        int(resource.error_code or 0) or None,
        _ms(resource.date_sent if resource.direction == "inbound" else resource.date_created),
        int(resource.num_media or 0),
    )


def call_of(resource: Any) -> CarrierCall:
    duration = None if resource.duration is None else int(resource.duration)
    return CarrierCall(
        resource.sid, str(resource.status), str(resource.direction), str(resource._from or ""), str(resource.to or ""),
        duration, _ms(resource.date_created),
    )  # fmt: skip


def _ms(at: datetime | None) -> int:
    return int(at.timestamp() * 1000) if at else 0
