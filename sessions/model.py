"""The types of a Session, its Participants and its Interactions, as read from the store. Times are milliseconds UTC."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

MODES = ("message-only", "voice-only", "voice-and-message")
STATUSES = ("open", "in-progress", "closed", "failed", "unknown")
ACTIVE = frozenset({"open", "in-progress"})


@dataclass(frozen=True, slots=True)
class Participant:
    """One person in a Session.

    `identifier` is the real address exactly as the app gave it; `number` its normal form (common/identifiers.py).
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
    """`expiry_ms`: the DateExpiry that the app gave, not the moment computed from `ttl`.

    `participants`: those who have not left.
    """

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
    """One message or call between two Participants. The fields of a leg are None until there is one.

    `outbound_resource_state`: the carrier's own status; Proxy's status of a call stays `initiated` until it ends.
    `segments`, `encoding` (GSM-7 | UCS-2): how the carrier counts the text that we send. `blocked_by`: what stopped it
    before it got an outbound leg (intercept, content, limit, …), with `error_code`. `unchecked`: the checks that
    failed, so that the decision was made without them: intercept, out-of-session, content. `flags`: what the content
    policy found in it: phone, card, email, profanity. `…_redaction`: state of the deletion of its text at the carrier:
    pending | redacted | refused (with the carrier's code). `data`: the API shows it as JSON text: {"body": …} for a
    message, {"duration": …} for a call.
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
