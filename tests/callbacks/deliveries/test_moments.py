"""An end that is noticed late is reported with the moment at which it happened: in the API, events and the record."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from jobs import recurring
from sessions.expiry import sweep_service
from storage import keys
from storage.short_form import unfold_event
from tests.support.deliveries import DeliveriesHarness
from tests.support.webhooks import Conversation

#: Each of these acts finds a Session past its end, and closes it first.
MEETINGS: dict[str, Callable[[DeliveriesHarness, Conversation], Any]] = {
    "the sweep": lambda harness, conversation: sweep_service(harness.rt, harness.sid),
    "a fetch": lambda harness, conversation: conversation.session.fetch(),
    "a list": lambda harness, conversation: harness.webhooks.service.sessions.list(),
    "a text": lambda harness, conversation: harness.webhooks.text(conversation.alice, conversation.alices, "hello?"),
    "a change": lambda harness, conversation: conversation.session.update(ttl=9),
    "a new lease": lambda harness, conversation: [
        harness.webhooks.service.sessions(harness.webhooks.service.sessions.create().sid).participants.create(
            identifier=conversation.alice
        )
        for _ in range(4)
    ],
}


def moment(ms: int) -> datetime:
    return datetime.fromtimestamp(ms // 1000, UTC)


def closing(harness: DeliveriesHarness) -> tuple[datetime, Any]:
    """Returns, for the one Session that was closed, the moment in the store's events and the event that was posted."""
    entries: Any = harness.rt.store.client.xrange(keys.events(harness.sid))
    rows = [(entry, unfold_event(fields)) for entry, fields in entries]
    (at,) = [int(row[b"at"]) for _, row in rows if row[b"t"] == b"session.closed"]
    harness.run_job()
    (told,) = harness.events("session.closed")
    return moment(at), told


@pytest.mark.parametrize("how", MEETINGS)
@pytest.mark.parametrize("by", ["ttl", "expiry"])
def test_a_session_that_ended_by_itself(harness: DeliveriesHarness, how: str, by: str) -> None:
    harness.subscribe()
    clock = harness.webhooks.clock
    assert clock
    due = clock.now + 60_000
    conversation = harness.webhooks.open(**({"ttl": 60} if by == "ttl" else {"date_expiry": moment(due)}))
    clock.advance(3600)
    try:
        MEETINGS[how](harness, conversation)
    except Exception as error:
        assert how == "a change", error
    ended, told = closing(harness)
    assert conversation.session.fetch().date_ended == ended == moment(due)
    data = told["data"]
    assert (data["reason"], data["date_ended"]) == (by, ended.isoformat().replace("+00:00", "Z"))
    assert told["timestamp"][:19] == data["date_ended"][:19]


def test_a_ttl_that_was_made_shorter(harness: DeliveriesHarness) -> None:
    """The Session ends at the moment of the change, not earlier: until then it was open, and people could write."""
    harness.subscribe()
    clock, conversation = harness.webhooks.clock, harness.webhooks.open(ttl=7200)
    assert clock
    clock.advance(3600)
    conversation.session.update(ttl=60)
    changed = clock.now
    clock.advance(3600)
    sweep_service(harness.rt, harness.sid)
    ended, _ = closing(harness)
    assert ended == conversation.session.fetch().date_ended == moment(changed)


def test_the_sweep_is_a_job(harness: DeliveriesHarness) -> None:
    conversation = harness.webhooks.open(ttl=60)
    assert harness.webhooks.clock
    harness.webhooks.clock.advance(61)
    recurring.sweep()
    assert [one.status for one in harness.webhooks.service.sessions.list()] == ["closed"]
    assert conversation.session.fetch().status == "closed"
