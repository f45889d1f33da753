"""A part of a long text may or may not have gone out: its doubt is settled by evidence for that part only."""

from __future__ import annotations

import threading
import time

import pytest

from carrier.text_parts import parts
from outbox import run
from tests.outbox.messages.test_doubt import hidden
from tests.outbox.messages.test_long_texts import ALIKE, PARTS, write
from tests.support.outbox import DOUBT, LEASE, LOOK, OutboxHarness
from tests.support.stack import ACCOUNT

# Slow: settles for each part of a long text whether it was sent.
pytestmark = pytest.mark.slow


def test_the_same_long_text_again_has_parts_of_its_own(relaying_outbox: OutboxHarness) -> None:
    """The parts of the first text are no evidence for the parts of the second text."""
    conversation = relaying_outbox.open()
    relaying_outbox.webhooks.sim("POST", "/faults", drop_status_callbacks=True)
    first = write(relaying_outbox, conversation)
    relaying_outbox.run_job(12, 12, 12)
    second = write(relaying_outbox, conversation)
    for _ in PARTS:
        relaying_outbox.fault("reset", count=1)
        relaying_outbox.run_job(12)
        assert relaying_outbox.states() == ["in_doubt"]
        relaying_outbox.run_job(LOOK, DOUBT)
    assert relaying_outbox.received(conversation.bob) == PARTS * 2 and relaying_outbox.keys_left() == []
    carried = relaying_outbox.sent_sids(conversation.bob)
    assert (relaying_outbox.state(first)[1], relaying_outbox.state(second)[1]) == (carried[2], carried[5])


def test_whoever_comes_late_with_the_answer_of_a_part_is_heard_once(relaying_outbox: OutboxHarness) -> None:
    """The carrier's list settles the doubt before the answer to the request arrives."""
    conversation = relaying_outbox.open()
    came, go = threading.Event(), threading.Event()

    def wait(name: str) -> None:
        if name == "after_post" and not came.is_set():
            came.set()
            assert go.wait(60)

    relaying_outbox.patch.setattr(relaying_outbox.rt, "failpoint", wait)
    made = write(relaying_outbox, conversation)
    run.send_due(relaying_outbox.rt, relaying_outbox.webhooks.sid, ACCOUNT)
    assert came.wait(60)
    relaying_outbox.clock.advance(LEASE)
    run.send_due(relaying_outbox.rt, relaying_outbox.webhooks.sid, ACCOUNT)
    assert relaying_outbox.webhooks.sim("GET", f"/inbox/{conversation.bob}?count=2&timeout=60")["messages"][1:]
    go.set()
    relaying_outbox.run_job(12, 12)
    assert relaying_outbox.received(conversation.bob) == PARTS and relaying_outbox.keys_left() == []
    assert relaying_outbox.state(made)[1] == relaying_outbox.sent_sids(conversation.bob)[2]
    assert [event["part"] for event in relaying_outbox.events("message.part_sent")] == [1, 2]


def test_the_answer_of_a_part_is_heard_whoever_has_it_now(relaying_outbox: OutboxHarness) -> None:
    """The answer takes longer than the lease, and the carrier's list does not show the message."""
    conversation = relaying_outbox.open()
    came, go = threading.Event(), threading.Event()

    def wait(name: str) -> None:
        if name == "after_post" and not came.is_set():
            came.set()
            assert go.wait(60)

    relaying_outbox.patch.setattr(relaying_outbox.rt, "failpoint", wait)
    write(relaying_outbox, conversation)
    with hidden(relaying_outbox):
        run.send_due(relaying_outbox.rt, relaying_outbox.webhooks.sid, ACCOUNT)
        assert came.wait(60)
        relaying_outbox.clock.advance(LEASE)
        assert [one.entry["state"] for one in relaying_outbox.claim()] == ["in_doubt"]
        go.set()
        assert relaying_outbox.rt.part(run.OutboxWorker).wait(60)
        relaying_outbox.run_job(12, 12)
    assert relaying_outbox.received(conversation.bob) == PARTS and relaying_outbox.keys_left() == []


def test_a_parts_doubt_is_its_own(relaying_outbox: OutboxHarness) -> None:
    """The doubt about the first part is settled late: the doubt about the second part gets its full time."""
    conversation = relaying_outbox.open()
    relaying_outbox.webhooks.sim("POST", "/faults", drop_status_callbacks=True)
    relaying_outbox.fault("accept-then-reset", count=1)
    made = write(relaying_outbox, conversation)
    relaying_outbox.run_job()
    relaying_outbox.fault("429", method="GET")
    relaying_outbox.run_job(*[LOOK] * 10)
    relaying_outbox.clear_faults()
    relaying_outbox.fault("reset", count=1)
    relaying_outbox.run_job(LOOK, LOOK)
    assert relaying_outbox.received(conversation.bob) == PARTS[:1] and relaying_outbox.states() == ["in_doubt"]
    relaying_outbox.run_job(DOUBT)
    assert relaying_outbox.received(conversation.bob) == PARTS[:2]
    relaying_outbox.webhooks.sim("POST", "/faults", refuse={"to": conversation.bob, "code": 21211})
    relaying_outbox.run_job(12)
    assert relaying_outbox.state(made) == ("failed", None)


def test_what_went_past_us_between_the_parts_is_no_evidence(relaying_outbox: OutboxHarness) -> None:
    conversation = relaying_outbox.open()
    relaying_outbox.clock.now = int(time.time() * 1000)
    write(relaying_outbox, conversation, ALIKE)
    relaying_outbox.run_job()
    relaying_outbox.webhooks.client.messages.create(to=conversation.bob, from_=conversation.bobs, body=parts(ALIKE)[1])
    relaying_outbox.clock.advance(3600)
    relaying_outbox.fault("reset", count=1)
    relaying_outbox.run_job(LOOK)
    assert relaying_outbox.states() == ["in_doubt"]
    relaying_outbox.run_job(DOUBT, 12, 12)
    assert relaying_outbox.received(conversation.bob) == ["x" * 1500] * 4 and relaying_outbox.keys_left() == []
