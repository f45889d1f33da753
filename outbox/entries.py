"""The outbox for operators: lists its messages, and retries or drops those that are parked or held."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from common import listing
from common.model import Page, Service
from common.runtime import Runtime
from common.script_errors import checked

STATES = ("waiting", "held", "parked")
ACTS = ("retry", "drop")


@dataclass(frozen=True, slots=True)
class OutboxEntry:
    """`state`: ready | sending | in_doubt | held | parked. `source`: app | relayed | ours (a notice). Times in ms UTC.

    `reason`: why it was parked. `until_ms`: when a held message is checked again. `parts_sent`: of a long text.
    """

    interaction_sid: str
    service_sid: str
    session_sid: str | None
    participant_sid: str | None
    state: str
    reason: str | None
    attempts: int
    segments: int | None
    since_ms: int
    tried_ms: int | None
    source: str
    until_ms: int | None
    parts_sent: int


def list_outbox(rt: Runtime, service: Service, state: str, cursor: str | None, limit: int) -> Page[OutboxEntry]:
    """The oldest first."""
    args = {"state": state, **listing.arguments(cursor, limit)}
    return listing.page(rt.store.service("list_outbox", service.sid, args), lambda doc: _entry(service.sid, doc))


def _entry(service_sid: str, doc: dict[str, Any]) -> OutboxEntry:
    entry = doc["entry"]
    return OutboxEntry(
        interaction_sid=entry["sid"],
        service_sid=service_sid,
        session_sid=doc.get("session"),
        participant_sid=doc.get("participant"),
        state=entry["state"],
        reason=entry.get("reason"),
        attempts=entry["tries"],
        segments=doc.get("segments"),
        since_ms=entry["since"],
        tried_ms=entry.get("tried"),
        source=entry["source"],
        until_ms=entry.get("until"),
        parts_sent=entry.get("part", 0),
    )


def release(rt: Runtime, service: Service, interaction_sid: str, act: str) -> None:
    """Retries or drops a message. `act`: retry | drop. Raises NotFound if it is not parked or held."""
    args = {"interaction": interaction_sid, "act": act}
    checked(rt.store.service("release_outgoing", service.sid, args))
