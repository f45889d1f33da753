"""Messages that quiet hours hold: tried before, with jobs that die or run twice, or handled by an operator."""

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
from tests.outbox.messages.test_doubt import dying
from tests.outbox.messages.test_operators import command
from tests.support.outbox import DOUBT, LEASE, LOOK, OutboxHarness
from tests.support.quiet_hours import (
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

# Slow: plays the first and the last moment of quiet hours, and changes of the clock.
pytestmark = pytest.mark.slow


Opens = Callable[[str], OutboxHarness]


def test_a_retry_that_falls_into_the_night(opens: Opens) -> None:
    harness = opens(LAST_SECOND)
    conversation = harness.open()
    harness.fault("429", count=1)
    made = harness.send(conversation, "hello")
    harness.run_job()
    assert harness.states() == ["ready"]
    harness.run_job(1)
    (found,) = harness.listed("held")
    assert (found["attempts"], found["held_until"]) == (1, "2026-01-15T16:00:00Z")
    assert found["date_last_attempt"] == "2026-01-15T04:59:59Z"
    until(harness, LOS_ANGELES_WAKES)
    assert harness.state(made) == ("delivered", harness.sent_sids(conversation.bob)[0])
    assert harness.received(conversation.bob) == ["hello"]


@pytest.mark.parametrize("went_out", [True, False])
def test_what_is_in_doubt_is_looked_for_by_night_too(opens: Opens, went_out: bool) -> None:
    harness = opens(LAST_SECOND)
    conversation = harness.open()
    harness.webhooks.sim("POST", "/faults", drop_status_callbacks=True)
    harness.fault("accept-then-reset" if went_out else "reset", count=1)
    made = harness.send(conversation, "hello")
    harness.run_job(1)
    assert harness.states() == ["in_doubt"]
    harness.run_job(LOOK, DOUBT, 1)
    assert harness.states() == [] and len(held(harness)) == (0 if went_out else 1)
    until(harness, LOS_ANGELES_WAKES)
    assert harness.received(conversation.bob) == ["hello"] and harness.keys_left() == []
    assert harness.state(made)[1] == harness.sent_sids(conversation.bob)[0]


def test_what_went_past_us_while_it_was_held_is_no_evidence(harness: OutboxHarness) -> None:
    """A held message was not tried: the same text in the carrier's list is another message."""
    harness.clock.now = int(time.time() * 1000)
    quiet(harness, around(harness.clock.now))
    conversation = harness.open()
    made = harness.send(conversation, "ok")
    harness.run_job()
    harness.webhooks.client.messages.create(to=conversation.bob, from_=conversation.bobs, body="ok")
    quiet(harness, "")
    harness.clock.advance(3600)
    harness.fault("reset", count=1)
    harness.run_job(LOOK)
    assert harness.states() == ["in_doubt"]
    harness.run_job(DOUBT, 1)
    assert (
        harness.received(conversation.bob) == ["ok", "ok"]
        and harness.state(made)[1] == harness.sent_sids(conversation.bob)[1]
    )


def test_nobody_knows_of_one_that_was_tried_and_expires(opens: Opens) -> None:
    harness = opens(LAST_SECOND)
    quiet(harness, QuietHoursExpiry="600")
    conversation = harness.open()
    harness.fault("reset", count=1)
    made = harness.send(conversation, "hello")
    harness.run_job(1, LOOK, DOUBT, 1, 600)
    assert (
        harness.state(made)[0] == "delivery-unknown"
        and harness.received(conversation.bob) == []
        and harness.keys_left() == []
    )
    assert harness.events("message.expired") == [{"interaction": made.sid, "reason": "expired"}]


@pytest.mark.failures
@pytest.mark.parametrize("where", ["after_claim", "before_settle"])
def test_a_death_while_it_is_decided(night: OutboxHarness, where: str) -> None:
    conversation = night.open()
    dying(night, where)
    made = night.send(conversation, "hello")
    night.send(conversation, "behind it")
    night.run_job()
    assert night.states() == ["sending", "ready"] and held(night) == []
    night.run_job(LEASE, *[LOOK] * 9, 1, 1)
    assert made.sid in [sid for sid, _ in held(night)] and night.states() == []
    until(night, LOS_ANGELES_WAKES, 1)
    assert night.received(conversation.bob) == ["hello", "behind it"] and night.keys_left() == []


def test_jobs_that_run_twice_or_late(night: OutboxHarness) -> None:
    """Of two claims, only the first gets the message. Settling it as held a second time or too late does nothing."""
    conversation = night.open()
    made = night.send(conversation, "hello")
    first, second = (night.claim() for _ in range(2))
    assert (len(first), second) == (1, [])
    held_until = send.attempt(night.rt, first[0])
    assert held_until and (held_until.outcome, held_until.details["until"]) == ("held", ms(LOS_ANGELES_WAKES))
    args = held_until.arguments(interaction=made.sid, token=first[0].entry["token"], part=0)
    states = [night.rt.store.service("settle_outgoing", night.webhooks.sid, args)["state"] for _ in range(2)]
    assert states == ["held", "stale"]
    assert len(night.events("message.held")) == 1
    until(night, LOS_ANGELES_WAKES)
    assert night.rt.store.service("settle_outgoing", night.webhooks.sid, args)["state"] == "stale"
    assert night.received(conversation.bob) == ["hello"] and night.keys_left() == []


@pytest.mark.parametrize("change", [{"QuietHours": ""}, {"QuietHoursExpiry": "0"}])
def test_other_hours_while_it_is_decided(night: OutboxHarness, change: dict[str, str]) -> None:
    conversation = night.open()
    night.send(conversation, "hello")
    (claim,) = night.claim()
    assert night.webhooks.set_fields(**change).status_code == 200
    worker = night.rt.part(run.OutboxWorker)
    worker.settle(claim, worker.act(claim), False)
    assert len(held(night)) == 1
    night.run_job()
    assert night.received(conversation.bob) == (["hello"] if "QuietHours" in change else []) and night.keys_left() == []


def test_the_job_finds_what_is_held(night: OutboxHarness) -> None:
    conversation = night.open()
    night.patch.setattr(recurring, "runtime", lambda: night.rt)
    night.send(conversation, "hello")
    for moment in (NIGHT, LOS_ANGELES_WAKES):
        night.clock.now = ms(moment)
        recurring.send()
        assert night.rt.part(run.OutboxWorker).wait(60)
    assert night.received(conversation.bob) == ["hello"] and night.keys_left() == []


def test_who_is_held_does_not_cost_the_number_its_turn(opens: Opens) -> None:
    harness = opens(EVENING)
    far, conversations = in_new_york(harness), [harness.open() for _ in range(4)]
    near = next(conversation for conversation in conversations if conversation.bobs == far.bobs)
    for n in range(3):
        harness.send(far, f"number {n}")
    harness.send(near, "by day")
    harness.run_job()
    assert harness.received(near.bob) == ["by day"] and len(held(harness)) == 1
    harness.run_job(1)
    assert len(held(harness)) == 3


def test_what_is_on_its_way_when_the_day_begins_stays_first(opens: Opens) -> None:
    harness = opens("2026-01-15T15:59:59")
    conversation = harness.open()
    harness.send(conversation, "held")
    harness.fault("429", count=1)
    harness.webhooks.text(conversation.alice, conversation.alices, "refused once")
    harness.clock.advance(0.5)
    harness.run_job()
    assert (harness.states(), len(held(harness))) == (["ready"], 1)
    until(harness, LOS_ANGELES_WAKES)
    assert (held(harness), harness.states()) == ([], ["ready", "ready"]) and harness.received(conversation.bob) == []
    harness.run_job(1, 1)
    assert harness.received(conversation.bob) == ["refused once", "held"]


@pytest.mark.parametrize("act", ["retry", "drop"])
@pytest.mark.parametrize("how", ["api", "cli"])
def test_an_operator_may_act_at_once(night: OutboxHarness, act: str, how: str) -> None:
    conversation = night.open()
    one, two, three = (night.send(conversation, f"number {n}") for n in range(3))
    night.run_job()
    if how == "api":
        assert night.ops("POST", f"/{two.sid}/{act}").status_code == 204
        assert night.ops("POST", f"/{two.sid}/{act}").status_code == 404
    else:
        assert command(night, act, night.webhooks.sid, two.sid).output == f"{two.sid}: {act}\n"
    night.run_job(1)
    assert night.received(conversation.bob) == (["number 1"] if act == "retry" else [])
    assert night.state(two)[0] == ("delivered" if act == "retry" else "canceled")
    assert [sid for sid, _ in held(night)] == sorted([one.sid, three.sid])
    until(night, LOS_ANGELES_WAKES, 1)
    assert night.received(conversation.bob)[-2:] == ["number 0", "number 2"] and night.keys_left() == []


def test_what_an_operator_released_is_not_held_by_a_refusal(night: OutboxHarness) -> None:
    conversation = night.open()
    made = night.send(conversation, "hello")
    night.run_job()
    night.fault("429", count=1)
    assert night.ops("POST", f"/{made.sid}/retry").status_code == 204
    night.run_job(0, 1)
    assert night.received(conversation.bob) == ["hello"]


def test_a_parked_one_that_is_tried_again_waits_for_the_day(opens: Opens) -> None:
    harness = opens("2026-01-15T04:00")
    conversation = harness.open()
    harness.fault("429", count=8)
    made = harness.send(conversation, "hello")
    harness.run_job(1, 2, 4, 8, 15, 30, 60)
    harness.clock.now = ms(NIGHT)
    assert harness.ops("POST", f"/{made.sid}/retry").status_code == 204
    harness.run_job()
    assert held(harness) == [(made.sid, "2026-01-15T16:00:00Z")] and harness.listed("parked") == []


def test_the_list_on_the_command_line(night: OutboxHarness) -> None:
    made = night.send(night.open(), "hello")
    night.run_job()
    [row] = [
        line.split() for line in command(night, "list", night.webhooks.sid, "--state", "held").output.splitlines()[1:]
    ]
    assert row == [made.sid, "held", "0", "2026-01-15T06:00:00Z", "-", "2026-01-15T16:00:00Z"]


def test_a_callback_settles_one_that_is_held(opens: Opens) -> None:
    """The message was tried and not found at the carrier, but it did go out."""
    harness = opens(LAST_SECOND)
    conversation = harness.open()
    harness.fault("reset", count=1)
    made = harness.send(conversation, "hello")
    harness.run_job(1, LOOK, DOUBT, 1)
    assert len(held(harness)) == 1
    harness.post_status(made.sid, "SM" + "5" * 32, "delivered")
    assert harness.keys_left() == []
    until(harness, LOS_ANGELES_WAKES)
    assert harness.received(conversation.bob) == []


def test_many_for_whom_the_day_begins_at_once(night: OutboxHarness) -> None:
    """More messages are held than one run can release: a new message is still sent after the held ones."""
    rt, service = night.rt, find_service(night.rt, night.webhooks.sid)
    assert service
    pairs = [[json.dumps({"Identifier": night.webhooks.new_person()}) for _ in range(2)] for _ in range(205)]
    sessions = [night.webhooks.service.sessions.create(unique_name=new("many-"), participants=pair) for pair in pairs]
    bobs = {made.sid: get_session(rt, service, made.sid).participants[1] for made in sessions}
    sent = {send_message(rt, service, sid, bob.sid, "held").sid: sid for sid, bob in bobs.items()}
    night.run_job(1)
    waiting: Any = rt.store.client.zrange(keys.service("held", service.sid), 0, -1)
    assert {str(sid, "utf-8") for sid in waiting} == set(sent)
    last = sent[str(waiting[-1], "utf-8")]
    night.clock.now = ms(LOS_ANGELES_WAKES)
    send_message(rt, service, last, bobs[last].sid, "in the morning")
    night.change_settings(segments_per_second=1000)
    night.run_job(*[0.01] * 220)
    assert night.received(bobs[last].identifier) == ["held", "in the morning"] and night.keys_left() == []
