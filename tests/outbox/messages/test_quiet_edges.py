"""What is held by quiet hours and was tried before, is killed, doubled, or taken in hand by an operator."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import pytest

from common.sids import new
from jobs import recurring
from outbox import run, send
from outbox.app_messages import send_message
from services.services import find_service
from sessions.sessions import get_session
from storage import keys
from tests.outbox.messages.night import (
    EVENING,
    LAST_SECOND,
    LOS_ANGELES_WAKES,
    NIGHT,
    around,
    held,
    in_new_york,
    ms,
    quiet,
    until,
)
from tests.outbox.messages.office import DOUBT, LEASE, LOOK, Office
from tests.outbox.messages.test_doubt import dying
from tests.outbox.messages.test_operators import command

# Slow: plays the first and the last moment of quiet hours, and clocks that change.
pytestmark = pytest.mark.slow


Opens = Callable[[str], Office]


def test_a_retry_that_falls_into_the_night(opens: Opens) -> None:
    office = opens(LAST_SECOND)
    talk = office.open()
    office.fault("429", count=1)
    made = office.send(talk, "hello")
    office.work()
    assert office.states() == ["ready"]
    office.work(1)
    (found,) = office.listed("held")
    assert (found["attempts"], found["held_until"]) == (1, "2026-01-15T16:00:00Z")
    assert found["date_last_attempt"] == "2026-01-15T04:59:59Z"
    until(office, LOS_ANGELES_WAKES)
    assert office.state(made) == ("delivered", office.carried(talk.bob)[0])
    assert office.told(talk.bob) == ["hello"]


@pytest.mark.parametrize("went_out", [True, False])
def test_what_is_in_doubt_is_looked_for_by_night_too(opens: Opens, went_out: bool) -> None:
    office = opens(LAST_SECOND)
    talk = office.open()
    office.scene.sim("POST", "/faults", drop_status_callbacks=True)
    office.fault("accept-then-reset" if went_out else "reset", count=1)
    made = office.send(talk, "hello")
    office.work(1)
    assert office.states() == ["in_doubt"]
    office.work(LOOK, DOUBT, 1)
    assert office.states() == [] and len(held(office)) == (0 if went_out else 1)
    until(office, LOS_ANGELES_WAKES)
    assert office.told(talk.bob) == ["hello"] and office.left() == []
    assert office.state(made)[1] == office.carried(talk.bob)[0]


def test_what_went_past_us_while_it_was_held_is_no_evidence(office: Office) -> None:
    """A night is not a try: what the carrier has of it was not this one."""
    office.clock.now = int(time.time() * 1000)
    quiet(office, around(office.clock.now))
    talk = office.open()
    made = office.send(talk, "ok")
    office.work()
    office.scene.client.messages.create(to=talk.bob, from_=talk.bobs, body="ok")
    quiet(office, "")
    office.clock.advance(3600)
    office.fault("reset", count=1)
    office.work(LOOK)
    assert office.states() == ["in_doubt"]
    office.work(DOUBT, 1)
    assert office.told(talk.bob) == ["ok", "ok"] and office.state(made)[1] == office.carried(talk.bob)[1]


def test_nobody_knows_of_one_that_was_tried_and_expires(opens: Opens) -> None:
    office = opens(LAST_SECOND)
    quiet(office, QuietHoursExpiry="600")
    talk = office.open()
    office.fault("reset", count=1)
    made = office.send(talk, "hello")
    office.work(1, LOOK, DOUBT, 1, 600)
    assert office.state(made)[0] == "delivery-unknown" and office.told(talk.bob) == [] and office.left() == []
    assert office.events("message.expired") == [{"interaction": made.sid, "reason": "expired"}]


@pytest.mark.failures
@pytest.mark.parametrize("where", ["after_claim", "before_settle"])
def test_a_death_while_it_is_decided(night: Office, where: str) -> None:
    talk = night.open()
    dying(night, where)
    made = night.send(talk, "hello")
    night.send(talk, "behind it")
    night.work()
    assert night.states() == ["sending", "ready"] and held(night) == []
    night.work(LEASE, *[LOOK] * 9, 1, 1)
    assert made.sid in [sid for sid, _ in held(night)] and night.states() == []
    until(night, LOS_ANGELES_WAKES, 1)
    assert night.told(talk.bob) == ["hello", "behind it"] and night.left() == []


def test_jobs_that_run_twice_or_late(night: Office) -> None:
    """Two at once claim one message once; whoever says twice that it is held, or says so too late, changes nothing."""
    talk = night.open()
    made = night.send(talk, "hello")
    first, second = (night.claim() for _ in range(2))
    assert (len(first), second) == (1, [])
    held_until = send.attempt(night.rt, first[0])
    assert held_until and (held_until.outcome, held_until.told["until"]) == ("held", ms(LOS_ANGELES_WAKES))
    args = held_until.arguments(interaction=made.sid, token=first[0].entry["token"], part=0)
    states = [night.rt.store.service("settle_outgoing", night.scene.sid, args)["state"] for _ in range(2)]
    assert states == ["held", "stale"]
    assert len(night.events("message.held")) == 1
    until(night, LOS_ANGELES_WAKES)
    assert night.rt.store.service("settle_outgoing", night.scene.sid, args)["state"] == "stale"
    assert night.told(talk.bob) == ["hello"] and night.left() == []


@pytest.mark.parametrize("change", [{"QuietHours": ""}, {"QuietHoursExpiry": "0"}])
def test_other_hours_while_it_is_decided(night: Office, change: dict[str, str]) -> None:
    talk = night.open()
    night.send(talk, "hello")
    (claim,) = night.claim()
    assert night.scene.set(**change).status_code == 200
    worker = night.rt.part(run.OutboxWorker)
    worker.settle(claim, worker.act(claim), False)
    assert len(held(night)) == 1
    night.work()
    assert night.told(talk.bob) == (["hello"] if "QuietHours" in change else []) and night.left() == []


def test_the_job_finds_what_is_held(night: Office) -> None:
    talk = night.open()
    night.patch.setattr(recurring, "runtime", lambda: night.rt)
    night.send(talk, "hello")
    for moment in (NIGHT, LOS_ANGELES_WAKES):
        night.clock.now = ms(moment)
        recurring.send()
        assert night.rt.part(run.OutboxWorker).wait(60)
    assert night.told(talk.bob) == ["hello"] and night.left() == []


def test_who_is_held_does_not_cost_the_number_its_turn(opens: Opens) -> None:
    office = opens(EVENING)
    far, talks = in_new_york(office), [office.open() for _ in range(4)]
    near = next(talk for talk in talks if talk.bobs == far.bobs)
    for n in range(3):
        office.send(far, f"number {n}")
    office.send(near, "by day")
    office.work()
    assert office.told(near.bob) == ["by day"] and len(held(office)) == 1
    office.work(1)
    assert len(held(office)) == 3


def test_what_is_on_its_way_when_the_day_begins_stays_first(opens: Opens) -> None:
    office = opens("2026-01-15T15:59:59")
    talk = office.open()
    office.send(talk, "held")
    office.fault("429", count=1)
    office.scene.text(talk.alice, talk.alices, "refused once")
    office.clock.advance(0.5)
    office.work()
    assert (office.states(), len(held(office))) == (["ready"], 1)
    until(office, LOS_ANGELES_WAKES)
    assert (held(office), office.states()) == ([], ["ready", "ready"]) and office.told(talk.bob) == []
    office.work(1, 1)
    assert office.told(talk.bob) == ["refused once", "held"]


@pytest.mark.parametrize("act", ["retry", "drop"])
@pytest.mark.parametrize("how", ["api", "cli"])
def test_an_operator_may_act_at_once(night: Office, act: str, how: str) -> None:
    talk = night.open()
    one, two, three = (night.send(talk, f"number {n}") for n in range(3))
    night.work()
    if how == "api":
        assert night.ops("POST", f"/{two.sid}/{act}").status_code == 204
        assert night.ops("POST", f"/{two.sid}/{act}").status_code == 404
    else:
        assert command(night, act, night.scene.sid, two.sid).output == f"{two.sid}: {act}\n"
    night.work(1)
    assert night.told(talk.bob) == (["number 1"] if act == "retry" else [])
    assert night.state(two)[0] == ("delivered" if act == "retry" else "canceled")
    assert [sid for sid, _ in held(night)] == sorted([one.sid, three.sid])
    until(night, LOS_ANGELES_WAKES, 1)
    assert night.told(talk.bob)[-2:] == ["number 0", "number 2"] and night.left() == []


def test_what_an_operator_released_is_not_held_by_a_refusal(night: Office) -> None:
    talk = night.open()
    made = night.send(talk, "hello")
    night.work()
    night.fault("429", count=1)
    assert night.ops("POST", f"/{made.sid}/retry").status_code == 204
    night.work(0, 1)
    assert night.told(talk.bob) == ["hello"]


def test_a_parked_one_that_is_tried_again_waits_for_the_day(opens: Opens) -> None:
    office = opens("2026-01-15T04:00")
    talk = office.open()
    office.fault("429", count=8)
    made = office.send(talk, "hello")
    office.work(1, 2, 4, 8, 15, 30, 60)
    office.clock.now = ms(NIGHT)
    assert office.ops("POST", f"/{made.sid}/retry").status_code == 204
    office.work()
    assert held(office) == [(made.sid, "2026-01-15T16:00:00Z")] and office.listed("parked") == []


def test_the_list_on_the_command_line(night: Office) -> None:
    made = night.send(night.open(), "hello")
    night.work()
    [row] = [
        line.split() for line in command(night, "list", night.scene.sid, "--state", "held").output.splitlines()[1:]
    ]
    assert row == [made.sid, "held", "0", "2026-01-15T06:00:00Z", "-", "2026-01-15T16:00:00Z"]


def test_a_callback_settles_one_that_is_held(opens: Opens) -> None:
    """It was tried and not found, and has gone out after all."""
    office = opens(LAST_SECOND)
    talk = office.open()
    office.fault("reset", count=1)
    made = office.send(talk, "hello")
    office.work(1, LOOK, DOUBT, 1)
    assert len(held(office)) == 1
    office.tell(made.sid, "SM" + "5" * 32, "delivered")
    assert office.left() == []
    until(office, LOS_ANGELES_WAKES)
    assert office.told(talk.bob) == []


def test_many_for_whom_the_day_begins_at_once(night: Office) -> None:
    """More than one run brings back: what comes just then still goes behind what was held."""
    rt, service = night.rt, find_service(night.rt, night.scene.sid)
    assert service
    pairs = [[json.dumps({"Identifier": night.scene.person()}) for _ in range(2)] for _ in range(205)]
    sessions = [night.scene.service.sessions.create(unique_name=new("many-"), participants=pair) for pair in pairs]
    bobs = {made.sid: get_session(rt, service, made.sid).participants[1] for made in sessions}
    sent = {send_message(rt, service, sid, bob.sid, "held").sid: sid for sid, bob in bobs.items()}
    night.work(1)
    waiting: Any = rt.store.client.zrange(keys.service("held", service.sid), 0, -1)
    assert {str(sid, "utf-8") for sid in waiting} == set(sent)
    last = sent[str(waiting[-1], "utf-8")]
    night.clock.now = ms(LOS_ANGELES_WAKES)
    send_message(rt, service, last, bobs[last].sid, "in the morning")
    night.set(segments_per_second=1000)
    night.work(*[0.01] * 220)
    assert night.told(bobs[last].identifier) == ["held", "in the morning"] and night.left() == []
