"""What is noted later than it happened is told with the moment at which it happened: in API, events and record."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from jobs import recurring
from sessions.expiry import sweep_service
from storage import keys
from tests.callbacks.deliveries.customer import Customer
from tests.proxy.webhooks.scene import Talk

#: Whatever meets a Session past its time closes it first.
MEETINGS: dict[str, Callable[[Customer, Talk], Any]] = {
    "the sweep": lambda customer, talk: sweep_service(customer.rt, customer.sid),
    "a fetch": lambda customer, talk: talk.session.fetch(),
    "a list": lambda customer, talk: customer.scene.service.sessions.list(),
    "a text": lambda customer, talk: customer.scene.text(talk.alice, talk.alices, "hello?"),
    "a change": lambda customer, talk: talk.session.update(ttl=9),
    "a new lease": lambda customer, talk: [
        customer.scene.service.sessions(customer.scene.service.sessions.create().sid).participants.create(
            identifier=talk.alice
        )
        for _ in range(4)
    ],
}


def moment(ms: int) -> datetime:
    return datetime.fromtimestamp(ms // 1000, UTC)


def closing(customer: Customer) -> tuple[datetime, Any]:
    """Of the one Session that was closed: the moment as the record has it, and the event that was posted."""
    rows: Any = customer.rt.store.client.xrange(keys.events(customer.sid))
    (at,) = [int(row[b"at"]) for _, row in rows if row[b"t"] == b"session.closed"]
    customer.run()
    (told,) = customer.events("session.closed")
    return moment(at), told


@pytest.mark.parametrize("how", MEETINGS)
@pytest.mark.parametrize("by", ["ttl", "expiry"])
def test_a_session_that_ended_by_itself(customer: Customer, how: str, by: str) -> None:
    customer.listen()
    clock = customer.scene.clock
    assert clock
    due = clock.now + 60_000
    talk = customer.scene.open(**({"ttl": 60} if by == "ttl" else {"date_expiry": moment(due)}))
    clock.advance(3600)
    try:
        MEETINGS[how](customer, talk)
    except Exception as error:
        assert how == "a change", error
    ended, told = closing(customer)
    assert talk.session.fetch().date_ended == ended == moment(due)
    data = told["data"]
    assert (data["reason"], data["date_ended"]) == (by, ended.isoformat().replace("+00:00", "Z"))
    assert told["timestamp"][:19] == data["date_ended"][:19]


def test_a_ttl_that_was_made_shorter(customer: Customer) -> None:
    """Over at once, and not before: until then the Session was open, and people wrote in it."""
    customer.listen()
    clock, talk = customer.scene.clock, customer.scene.open(ttl=7200)
    assert clock
    clock.advance(3600)
    talk.session.update(ttl=60)
    changed = clock.now
    clock.advance(3600)
    sweep_service(customer.rt, customer.sid)
    ended, _ = closing(customer)
    assert ended == talk.session.fetch().date_ended == moment(changed)


def test_the_sweep_is_a_job(customer: Customer) -> None:
    talk = customer.scene.open(ttl=60)
    assert customer.scene.clock
    customer.scene.clock.advance(61)
    recurring.sweep()
    assert [one.status for one in customer.scene.service.sessions.list()] == ["closed"]
    assert talk.session.fetch().status == "closed"
