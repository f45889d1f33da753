"""What a Session, its Participants and its Interactions are, as read from the store. Times are milliseconds UTC."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

MODES = ("message-only", "voice-only", "voice-and-message")
STATUSES = ("open", "in-progress", "closed", "failed", "unknown")
ACTIVE = frozenset({"open", "in-progress"})


@dataclass(frozen=True, slots=True)
class Participant:
    """One person in a Session.

    `identifier` is the real address, byte for byte as it was given; `number` its look-up form (common/identifiers.py).
    """

    sid: str
    session_sid: str
    service_sid: str
    account_sid: str
    identifier: str
    number: str
    friendly_name: str | None
    proxy_identifier: str
    proxy_identifier_sid: str
    created_ms: int
    updated_ms: int
    deleted_ms: int | None = None
    language: str | None = None
    time_zone: str | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """`expiry_ms` is the date_expiry that the API was given, not the moment computed from ttl."""

    sid: str
    service_sid: str
    account_sid: str
    unique_name: str | None
    status: str
    mode: str
    ttl: int
    expiry_ms: int | None
    started_ms: int | None
    ended_ms: int | None
    last_interaction_ms: int | None
    closed_reason: str
    created_ms: int
    updated_ms: int
    participants: tuple[Participant, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Interaction:
    """One message or call between two Participants; a leg's fields are None while it does not exist.

    `outbound_resource_state` is as fine as the carrier tells it, where Proxy's status of a call stays `initiated`.
    `segments` and `encoding` (GSM-7 | UCS-2): how the carrier counts a text that we send.
    `blocked_by`: what stopped it before it had an outbound leg (intercept, content, limit, …); `error_code` says more.
    `unchecked`: checks that failed, so that it was decided without them: intercept, out-of-session, content.
    `flags`: what the content policy found in it: phone, card, email, profanity.
    `…_redaction`: whether its text is emptied at the carrier: pending | redacted | refused, with the carrier's code.
    `data` is the object that the wire shows as JSON text: {"body": …} for a message, {"duration": …} for a call.
    """

    sid: str
    session_sid: str
    service_sid: str
    account_sid: str
    type: str
    data: dict[str, Any]
    inbound_participant_sid: str | None
    inbound_resource_sid: str | None
    inbound_resource_status: str | None
    outbound_participant_sid: str | None
    outbound_resource_sid: str | None
    outbound_resource_status: str | None
    created_ms: int
    updated_ms: int
    outbound_resource_state: str | None = None
    error_code: int | None = None
    blocked_by: str | None = None
    unchecked: tuple[str, ...] = ()
    segments: int | None = None
    encoding: str | None = None
    flags: tuple[str, ...] = ()
    inbound_redaction: str | None = None
    inbound_redaction_code: int | None = None
    outbound_redaction: str | None = None
    outbound_redaction_code: int | None = None
