"""A sender's segments per second, the order within a pair, and that no pair waits for another."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from outbox import run
from tests.support.outbox import OutboxHarness
from tests.support.stack import ACCOUNT
from tests.support.webhooks import Conversation

# Slow: sends many messages, and their senders wait for their turn.
pytestmark = pytest.mark.slow


def many(harness: OutboxHarness, people: int) -> list[Conversation]:
    """Returns the conversations of `people` people who share one proxy number."""
    conversations = [harness.open() for _ in range(people * 4)]
    number = conversations[0].bobs
    return [conversation for conversation in conversations if conversation.bobs == number][:people]


def heard(harness: OutboxHarness, conversations: list[Conversation]) -> int:
    return sum(len(harness.received(conversation.bob)) for conversation in conversations)


@pytest.mark.parametrize("rate", [1, 5])
def test_a_long_code(harness: OutboxHarness, rate: int) -> None:
    harness.change_settings(segments_per_second=rate)
    conversation = harness.open()
    for n in range(4):
        harness.send(conversation, f"number {n}")
    harness.run_job()
    for n in range(1, 4):
        assert heard(harness, [conversation]) == n
        harness.run_job(0.9 / rate)
        assert heard(harness, [conversation]) == n
        harness.run_job(0.1 / rate)
    assert harness.received(conversation.bob) == [f"number {n}" for n in range(4)]


@pytest.mark.parametrize(("number", "took"), [("+18005550100", 1 / 3), ("+18885550100", 1 / 3), ("72345", 0.01)])
def test_other_senders(harness: OutboxHarness, number: str, took: float) -> None:
    """Puts the number into the stored message before the claim, because a Session leases only the pool's numbers."""
    conversation = harness.open()
    harness.patch.setattr(run.OutboxWorker, "take_turn", lambda *_: None)
    harness.send(conversation, "x")
    line: Any = harness.rt.store.client
    prefix = "{" + harness.webhooks.sid + "}:"
    entry = line.keys(f"{prefix}outgoing:*")[0]
    line.set(entry, line.get(entry).replace(conversation.bobs.encode(), number.encode()))
    run.send_due(harness.rt, harness.webhooks.sid, ACCOUNT)
    assert harness.rt.part(run.OutboxWorker).wait(10)
    free = int(line.get(f"{prefix}pace:{number}"))
    assert free - harness.clock.now == pytest.approx(took * 1000, abs=1)


def test_long_texts_take_longer(harness: OutboxHarness) -> None:
    conversation = harness.open()
    harness.send(conversation, "x" * 400)
    harness.send(conversation, "next")
    harness.run_job()
    harness.run_job(2.9)
    assert heard(harness, [conversation]) == 1
    harness.run_job(0.11)
    assert heard(harness, [conversation]) == 2


def test_two_people_share_a_numbers_pace_in_turn(harness: OutboxHarness) -> None:
    """A long conversation does not hold up other people who share the proxy number."""
    conversations = many(harness, 3)
    for n in range(4):
        for conversation in conversations:
            harness.send(conversation, f"number {n}")
    harness.run_job(*[1] * 5)
    assert [heard(harness, [conversation]) for conversation in conversations] == [2, 2, 2]
    harness.run_job(*[1] * 6)
    assert [harness.received(conversation.bob) for conversation in conversations] == [
        [f"number {n}" for n in range(4)]
    ] * 3


def test_who_comes_later_does_not_wait_for_a_long_conversation(harness: OutboxHarness) -> None:
    first, second = many(harness, 2)
    for n in range(4):
        harness.send(first, f"number {n}")
    harness.run_job()
    harness.send(second, "one")
    harness.run_job(1, 1)
    assert [heard(harness, [conversation]) for conversation in (first, second)] == [2, 1]


def test_slow_answers_hold_up_nobody_else(harness: OutboxHarness) -> None:
    """There are more slow answers than the worker has threads for one receiver."""
    harness.change_settings(segments_per_second=1000)
    slow, quick = [harness.open() for _ in range(5)], harness.open()
    waits, begun, go = threading.Semaphore(5), threading.Semaphore(0), threading.Event()

    def hold(name: str) -> None:
        if name == "before_post" and waits.acquire(blocking=False):
            begun.release()
            assert go.wait(60)

    harness.patch.setattr(harness.rt, "failpoint", hold)
    for conversation in slow:
        harness.send(conversation, "slow")
        harness.clock.advance(0.1)
        run.send_due(harness.rt, harness.webhooks.sid, ACCOUNT)
    try:
        assert all(begun.acquire(timeout=10) for _ in slow)
        harness.send(quick, "quick")
        harness.clock.advance(0.1)
        run.send_due(harness.rt, harness.webhooks.sid, ACCOUNT)
        assert harness.webhooks.sim("GET", f"/inbox/{quick.bob}?count=1&timeout=30")["messages"]
        assert heard(harness, slow) == 0
    finally:
        go.set()
    assert harness.rt.part(run.OutboxWorker).wait(60)
    assert heard(harness, slow) == 5


def test_numbers_do_not_wait_for_each_other(harness: OutboxHarness) -> None:
    conversation = harness.open()
    alice = conversation.session.participants.list()[0]
    assert alice.proxy_identifier != conversation.bobs
    harness.send(conversation, "to Bob")
    conversation.session.participants(alice.sid).message_interactions.create(body="to Alice")
    harness.run_job()
    assert (harness.received(conversation.bob), harness.received(conversation.alice)) == (["to Bob"], ["to Alice"])


def test_one_of_a_pair_is_on_its_way_at_a_time(harness: OutboxHarness) -> None:
    """While the carrier is slow, the pair's next message does not start, but another person's message does."""
    harness.change_settings(segments_per_second=1000)
    one, two = many(harness, 2)
    harness.fault("delay", ms=1500, count=1)
    harness.send(one, "first")
    run.send_due(harness.rt, harness.webhooks.sid, ACCOUNT)
    harness.send(one, "second")
    harness.send(two, "another's")
    harness.clock.advance(1)
    for _ in range(3):
        run.send_due(harness.rt, harness.webhooks.sid, ACCOUNT)
    assert harness.webhooks.sim("GET", f"/inbox/{two.bob}?count=1&timeout=60")["messages"]
    assert harness.received(one.bob) == []
    assert harness.rt.part(run.OutboxWorker).wait(60)
    harness.run_job(0.01)
    assert harness.received(one.bob) == ["first", "second"]
