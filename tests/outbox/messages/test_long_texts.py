"""A text that the carrier would not take whole, by the outbox: in parts, in order, each once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import requests

from carrier.segments import segments
from carrier.text_parts import parts
from tests.outbox.messages.night import EVENING, LAST_SECOND, held, ms, quiet
from tests.outbox.messages.office import DOUBT, LEASE, LOOK, Office
from tests.outbox.messages.test_doubt import Died
from tests.outbox.messages.test_stopped import close, put, remove
from tests.proxy.webhooks.scene import Talk
from tests.support.stack import ACCOUNT, TOKEN

# Slow: plays each fault for each part of a long text.
pytestmark = pytest.mark.slow


#: Each of its three parts differs; ten segments, ten and seven, at one a second.
LONG = "".join(f"{n:05d} " for n in range(660))
PARTS = parts(LONG)
TOOK = [segments(part).count for part in PARTS]
#: Three parts of the same words.
ALIKE = "x" * 4500
EDGES = ["after_claim", "before_post", "after_post", "before_settle"]


def write(office: Office, talk: Talk, body: str = LONG) -> Any:
    """Bob is written to; the Interaction."""
    office.clock.advance(0.001)
    assert "<Message" not in office.scene.text(talk.alice, talk.alices, body)
    return talk.session.interactions.list()[-1]


def shown(found: Any) -> tuple[int, str]:
    body = requests.get(found.url, auth=(ACCOUNT, TOKEN), timeout=30).json()
    return body["segments"], body["encoding"]


def dying(office: Office, where: str, passed: int) -> None:
    """As in test_doubt, but the one that comes to the edge after so many."""
    came = list[str]()

    def fail(name: str) -> None:
        if name == where:
            came.append(name)
            if len(came) == passed + 1:
                raise Died

    office.patch.setattr(office.rt, "failpoint", fail)


def test_the_parts_go_one_after_another_and_the_last_ones_sid_counts(hall: Office) -> None:
    talk = hall.open()
    made = write(hall, talk)
    hall.send(talk, "behind it")
    assert len(PARTS) == 3 and shown(made) == (sum(TOOK), "GSM-7")
    hall.work()
    assert hall.told(talk.bob) == PARTS[:1] and hall.state(made) == ("queued", None)
    assert hall.states() == ["ready", "ready"]
    hall.work(TOOK[0] - 0.01)
    assert hall.told(talk.bob) == PARTS[:1]
    hall.work(0.01)
    assert hall.told(talk.bob) == PARTS[:2]
    hall.work(TOOK[1], TOOK[2])
    assert hall.told(talk.bob) == [*PARTS, "behind it"] and hall.left() == []
    assert hall.state(made) == ("delivered", hall.carried(talk.bob)[2])
    told = [event["resource"] for event in hall.events("message.part_sent")]
    assert told == hall.carried(talk.bob)[:2]
    updated = [e["outbound"].get("resource") for e in hall.events("interaction.updated") if e["sid"] == made.sid]
    assert updated and set(updated) == {hall.carried(talk.bob)[2]}


def test_behind_what_waits_without_quiet_hours(office: Office) -> None:
    talk = office.open()
    office.send(talk, "first")
    write(office, talk, "\U0001f600" * 900)
    office.work(1, *[50] * 2)
    assert office.told(talk.bob) == ["first", "\U0001f600" * 750, "\U0001f600" * 150] and office.left() == []


def test_other_people_of_the_number_are_served_between_the_parts(hall: Office) -> None:
    talks = [hall.open() for _ in range(5)]
    one, two = [talk for talk in talks if talk.bobs == talks[0].bobs][:2]
    write(hall, one)
    hall.work()
    hall.send(two, "short")
    hall.work(TOOK[0], TOOK[1], 1, TOOK[1])
    assert hall.told(two.bob) == ["short"] and hall.told(one.bob) == PARTS


@pytest.mark.parametrize("part", range(3))
@pytest.mark.parametrize("body", [LONG, ALIKE], ids=["different", "alike"])
@pytest.mark.parametrize("do", ["429", "reset", "accept-then-reset"])
def test_a_fault_of_each_part(hall: Office, part: int, body: str, do: str) -> None:
    """No callback tells of it, so that the list has to."""
    talk, texts = hall.open(), parts(body)
    hall.scene.sim("POST", "/faults", drop_status_callbacks=True)
    made = write(hall, talk, body)
    if part:
        hall.work(*[12] * (part - 1))
    assert hall.told(talk.bob) == texts[:part]
    hall.fault(do, count=1)
    hall.work(12)
    assert hall.states() == ["ready" if do == "429" else "in_doubt"]
    hall.work(LOOK, DOUBT, *[12] * 4)
    assert hall.told(talk.bob) == texts and hall.left() == []
    assert hall.state(made)[1] == hall.carried(talk.bob)[2]


@pytest.mark.failures
@pytest.mark.parametrize("edge", EDGES)
@pytest.mark.parametrize("part", range(3))
def test_a_death_at_each_edge_of_each_part(hall: Office, edge: str, part: int) -> None:
    talk = hall.open()
    hall.scene.sim("POST", "/faults", drop_status_callbacks=True)
    dying(hall, edge, part)
    made = write(hall, talk)
    hall.send(talk, "behind it")
    hall.work(*[12] * (part + 1))
    hall.work(LEASE, *[LOOK] * 9, *[12] * 4)
    assert hall.told(talk.bob) == [*PARTS, "behind it"] and hall.left() == []
    assert hall.state(made)[1] == hall.carried(talk.bob)[2]


@pytest.mark.parametrize("part", range(3))
def test_a_part_that_is_refused_ends_it(hall: Office, part: int) -> None:
    """By a code that says nothing of the person (docs/carrier-codes.md): what is behind it goes out."""
    talk = hall.open()
    made = write(hall, talk)
    hall.send(talk, "behind it")
    if part:
        hall.work(*[12] * (part - 1))
    hall.scene.sim("POST", "/faults", refuse={"to": talk.bob, "code": 21408})
    hall.work(*[12] * (part > 0))
    hall.scene.sim("POST", "/faults", refuse={"to": talk.bob, "code": None})
    hall.work(12)
    assert hall.told(talk.bob) == [*PARTS[:part], "behind it"] and hall.left() == []
    assert hall.state(made) == ("failed", None)
    failed = [e["outbound"]["code"] for e in hall.events("interaction.updated") if e["sid"] == made.sid]
    assert failed == [21408]


@pytest.mark.parametrize("end", [close, remove, None])
def test_an_end_between_the_parts(hall: Office, end: Any) -> None:
    """A part went out, so that `canceled` would be a lie."""
    talk = hall.open()
    made = write(hall, talk)
    hall.work()
    if end:
        end(talk)
    else:
        put(hall, talk)
    hall.work(12)
    assert hall.told(talk.bob) == PARTS[:1] and hall.left() == []
    assert hall.state(made) == ("delivery-unknown", None)


def test_what_is_deleted_between_the_parts(hall: Office) -> None:
    talk = hall.open()
    made = write(hall, talk)
    hall.work()
    assert talk.session.interactions(made.sid).delete()
    hall.work(12)
    assert hall.told(talk.bob) == PARTS[:1] and hall.left() == []


def test_each_part_has_tries_of_its_own_and_a_retry_goes_on_where_it_was(hall: Office) -> None:
    talk = hall.open()
    made = write(hall, talk)
    hall.fault("429", count=7)
    hall.work(*[60] * 7)
    assert hall.told(talk.bob) == PARTS[:1]
    hall.fault("429", count=8)
    hall.work(*[60] * 8)
    (found,) = hall.listed("parked")
    assert (found["attempts"], found["parts_sent"]) == (8, 1)
    assert hall.ops("POST", f"/{made.sid}/retry").status_code == 204
    hall.work(12, 12)
    assert hall.told(talk.bob) == PARTS and hall.left() == []
    assert hall.state(made)[1] == hall.carried(talk.bob)[2]


def test_what_was_begun_by_day_is_ended_by_night(opens: Callable[[str], Office]) -> None:
    """Half a sentence at nine and the other half at eight would be worse."""
    office = opens(EVENING)
    quiet(office, QuietHoursFor="all")
    talk = office.open()
    office.clock.now = ms(LAST_SECOND)
    write(office, talk)
    office.work(12, 12)
    assert office.told(talk.bob) == PARTS
    write(office, talk, "at night")
    office.work(12)
    assert len(held(office)) == 1
