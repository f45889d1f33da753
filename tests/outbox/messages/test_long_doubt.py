"""A part of a long text of which nobody knows whether it went out: settled by its own evidence."""

from __future__ import annotations

import threading
import time

import pytest

from carrier.text_parts import parts
from outbox import run
from tests.outbox.messages.office import DOUBT, LEASE, LOOK, Office
from tests.outbox.messages.test_doubt import hidden
from tests.outbox.messages.test_long_texts import ALIKE, PARTS, write
from tests.support.stack import ACCOUNT

# Slow: settles for each part of a long text whether it was sent.
pytestmark = pytest.mark.slow


def test_the_same_long_text_again_has_parts_of_its_own(hall: Office) -> None:
    """What the first one's parts are is no evidence for the second one's."""
    talk = hall.open()
    hall.scene.sim("POST", "/faults", drop_status_callbacks=True)
    first = write(hall, talk)
    hall.work(12, 12, 12)
    second = write(hall, talk)
    for _ in PARTS:
        hall.fault("reset", count=1)
        hall.work(12)
        assert hall.states() == ["in_doubt"]
        hall.work(LOOK, DOUBT)
    assert hall.told(talk.bob) == PARTS * 2 and hall.left() == []
    carried = hall.carried(talk.bob)
    assert (hall.state(first)[1], hall.state(second)[1]) == (carried[2], carried[5])


def test_whoever_comes_late_with_the_answer_of_a_part_is_heard_once(hall: Office) -> None:
    """While the answer was under way the doubt was settled by the list."""
    talk = hall.open()
    came, go = threading.Event(), threading.Event()

    def wait(name: str) -> None:
        if name == "after_post" and not came.is_set():
            came.set()
            assert go.wait(60)

    hall.patch.setattr(hall.rt, "failpoint", wait)
    made = write(hall, talk)
    run.send_due(hall.rt, hall.scene.sid, ACCOUNT)
    assert came.wait(60)
    hall.clock.advance(LEASE)
    run.send_due(hall.rt, hall.scene.sid, ACCOUNT)
    assert hall.scene.sim("GET", f"/inbox/{talk.bob}?count=2&timeout=60")["messages"][1:]
    go.set()
    hall.work(12, 12)
    assert hall.told(talk.bob) == PARTS and hall.left() == []
    assert hall.state(made)[1] == hall.carried(talk.bob)[2]
    assert [event["part"] for event in hall.events("message.part_sent")] == [1, 2]


def test_the_answer_of_a_part_is_heard_whoever_has_it_now(hall: Office) -> None:
    """Longer than the lease under way, and the list does not tell of it."""
    talk = hall.open()
    came, go = threading.Event(), threading.Event()

    def wait(name: str) -> None:
        if name == "after_post" and not came.is_set():
            came.set()
            assert go.wait(60)

    hall.patch.setattr(hall.rt, "failpoint", wait)
    write(hall, talk)
    with hidden(hall):
        run.send_due(hall.rt, hall.scene.sid, ACCOUNT)
        assert came.wait(60)
        hall.clock.advance(LEASE)
        assert [one.entry["state"] for one in hall.claim()] == ["in_doubt"]
        go.set()
        assert hall.rt.part(run.OutboxWorker).wait(60)
        hall.work(12, 12)
    assert hall.told(talk.bob) == PARTS and hall.left() == []


def test_a_parts_doubt_is_its_own(hall: Office) -> None:
    """The first one's was settled late: the second one's begins anew."""
    talk = hall.open()
    hall.scene.sim("POST", "/faults", drop_status_callbacks=True)
    hall.fault("accept-then-reset", count=1)
    made = write(hall, talk)
    hall.work()
    hall.fault("429", method="GET")
    hall.work(*[LOOK] * 10)
    hall.mend()
    hall.fault("reset", count=1)
    hall.work(LOOK, LOOK)
    assert hall.told(talk.bob) == PARTS[:1] and hall.states() == ["in_doubt"]
    hall.work(DOUBT)
    assert hall.told(talk.bob) == PARTS[:2]
    hall.scene.sim("POST", "/faults", refuse={"to": talk.bob, "code": 21211})
    hall.work(12)
    assert hall.state(made) == ("failed", None)


def test_what_went_past_us_between_the_parts_is_no_evidence(hall: Office) -> None:
    talk = hall.open()
    hall.clock.now = int(time.time() * 1000)
    write(hall, talk, ALIKE)
    hall.work()
    hall.scene.client.messages.create(to=talk.bob, from_=talk.bobs, body=parts(ALIKE)[1])
    hall.clock.advance(3600)
    hall.fault("reset", count=1)
    hall.work(LOOK)
    assert hall.states() == ["in_doubt"]
    hall.work(DOUBT, 12, 12)
    assert hall.told(talk.bob) == ["x" * 1500] * 4 and hall.left() == []
