"""Segments per second of a sender, order for a pair, and nobody who waits for a stranger."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from outbox import run
from tests.outbox.messages.office import Office
from tests.proxy.webhooks.scene import Talk
from tests.support.stack import ACCOUNT

# Slow: sends many messages, whose senders wait for their turn.
pytestmark = pytest.mark.slow


def many(office: Office, people: int) -> list[Talk]:
    """So many people behind one proxy number."""
    talks = [office.open() for _ in range(people * 4)]
    number = talks[0].bobs
    return [talk for talk in talks if talk.bobs == number][:people]


def heard(office: Office, talks: list[Talk]) -> int:
    return sum(len(office.told(talk.bob)) for talk in talks)


@pytest.mark.parametrize("rate", [1, 5])
def test_a_long_code(office: Office, rate: int) -> None:
    office.set(segments_per_second=rate)
    talk = office.open()
    for n in range(4):
        office.send(talk, f"number {n}")
    office.work()
    for n in range(1, 4):
        assert heard(office, [talk]) == n
        office.work(0.9 / rate)
        assert heard(office, [talk]) == n
        office.work(0.1 / rate)
    assert office.told(talk.bob) == [f"number {n}" for n in range(4)]


@pytest.mark.parametrize(("number", "took"), [("+18005550100", 1 / 3), ("+18885550100", 1 / 3), ("72345", 0.01)])
def test_other_senders(office: Office, number: str, took: float) -> None:
    """By the claim itself: the simulator's people are leased what they are given."""
    talk = office.open()
    office.patch.setattr(run.OutboxWorker, "take_turn", lambda *_: None)
    office.send(talk, "x")
    line: Any = office.rt.store.client
    prefix = "{" + office.scene.sid + "}:"
    entry = line.keys(f"{prefix}outgoing:*")[0]
    line.set(entry, line.get(entry).replace(talk.bobs.encode(), number.encode()))
    run.send_due(office.rt, office.scene.sid, ACCOUNT)
    assert office.rt.part(run.OutboxWorker).wait(10)
    free = int(line.get(f"{prefix}pace:{number}"))
    assert free - office.clock.now == pytest.approx(took * 1000, abs=1)


def test_long_texts_take_longer(office: Office) -> None:
    talk = office.open()
    office.send(talk, "x" * 400)
    office.send(talk, "next")
    office.work()
    office.work(2.9)
    assert heard(office, [talk]) == 1
    office.work(0.11)
    assert heard(office, [talk]) == 2


def test_two_people_share_a_numbers_pace_in_turn(office: Office) -> None:
    """A long conversation holds up nobody behind the same number."""
    talks = many(office, 3)
    for n in range(4):
        for talk in talks:
            office.send(talk, f"number {n}")
    office.work(*[1] * 5)
    assert [heard(office, [talk]) for talk in talks] == [2, 2, 2]
    office.work(*[1] * 6)
    assert [office.told(talk.bob) for talk in talks] == [[f"number {n}" for n in range(4)]] * 3


def test_who_comes_later_does_not_wait_for_a_long_conversation(office: Office) -> None:
    first, second = many(office, 2)
    for n in range(4):
        office.send(first, f"number {n}")
    office.work()
    office.send(second, "one")
    office.work(1, 1)
    assert [heard(office, [talk]) for talk in (first, second)] == [2, 1]


def test_slow_answers_hold_up_nobody_else(office: Office) -> None:
    """More of them than a receiver of the courier has threads."""
    office.set(segments_per_second=1000)
    slow, quick = [office.open() for _ in range(5)], office.open()
    waits, begun, go = threading.Semaphore(5), threading.Semaphore(0), threading.Event()

    def hold(name: str) -> None:
        if name == "before_post" and waits.acquire(blocking=False):
            begun.release()
            assert go.wait(60)

    office.patch.setattr(office.rt, "failpoint", hold)
    for talk in slow:
        office.send(talk, "slow")
        office.clock.advance(0.1)
        run.send_due(office.rt, office.scene.sid, ACCOUNT)
    try:
        assert all(begun.acquire(timeout=10) for _ in slow)
        office.send(quick, "quick")
        office.clock.advance(0.1)
        run.send_due(office.rt, office.scene.sid, ACCOUNT)
        assert office.scene.sim("GET", f"/inbox/{quick.bob}?count=1&timeout=30")["messages"]
        assert heard(office, slow) == 0
    finally:
        go.set()
    assert office.rt.part(run.OutboxWorker).wait(60)
    assert heard(office, slow) == 5


def test_numbers_do_not_wait_for_each_other(office: Office) -> None:
    talk = office.open()
    alice = talk.session.participants.list()[0]
    assert alice.proxy_identifier != talk.bobs
    office.send(talk, "to Bob")
    talk.session.participants(alice.sid).message_interactions.create(body="to Alice")
    office.work()
    assert (office.told(talk.bob), office.told(talk.alice)) == (["to Bob"], ["to Alice"])


def test_one_of_a_pair_is_on_its_way_at_a_time(office: Office) -> None:
    """The carrier is slow: the next one of the pair is not begun, that of another person is."""
    office.set(segments_per_second=1000)
    one, two = many(office, 2)
    office.fault("delay", ms=1500, count=1)
    office.send(one, "first")
    run.send_due(office.rt, office.scene.sid, ACCOUNT)
    office.send(one, "second")
    office.send(two, "another's")
    office.clock.advance(1)
    for _ in range(3):
        run.send_due(office.rt, office.scene.sid, ACCOUNT)
    assert office.scene.sim("GET", f"/inbox/{two.bob}?count=1&timeout=60")["messages"]
    assert office.told(one.bob) == []
    assert office.rt.part(run.OutboxWorker).wait(60)
    office.work(0.01)
    assert office.told(one.bob) == ["first", "second"]
