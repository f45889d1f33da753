"""Calls of which the carrier told nothing: their legs are found, their end is noted, and none is placed again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import requests

from tests.jobs.reconciling.watch import SECOND, Watch
from tests.proxy.webhooks import telephony as phones
from tests.proxy.webhooks.scene import Talk
from tests.support.stack import ACCOUNT, TOKEN

# Slow: plays many calls and searches the carrier's lists for each.
pytestmark = pytest.mark.slow


#: The longest ringing of a new Service, and 30 s.
FIRST = 25 + 31
TIME_LIMIT = 14_400


def open_talk(watch: Watch) -> Talk:
    talk = watch.scene.open()
    phones.let_take_calls(watch.scene, talk.alice, talk.bob)
    return talk


def call(watch: Watch, between: Talk, **more: Any) -> str:
    return phones.call(watch.scene, between.alice, between.alices, **more)


def place(watch: Watch, talk: Talk) -> Any:
    """Rings Bob, then Alice."""
    path = f"/proxy/v1/Services/{watch.scene.sid}/Sessions/{talk.session.fetch().sid}/Calls"
    answer = requests.post(
        watch.scene.stack.url + path, {"Participant": talk.bob_sid}, auth=(ACCOUNT, TOKEN), timeout=30
    )
    watch.scene.sim("GET", "/settle")
    return answer


def in_silence(watch: Watch, begin: Callable[..., Any], between: Talk, **more: Any) -> Any:
    """The carrier brings the keys that are pressed until the two are put through, and tells nothing else."""
    watch.silence(but="voice-action")
    begun = begin(watch, between, **more)
    watch.silence()
    assert phones.bridged(watch.scene, between.alice) and phones.bridged(watch.scene, between.bob)
    return begun


def at_carrier(watch: Watch, **wanted: str) -> list[Any]:
    """Oldest first."""
    return list(reversed(watch.scene.client.calls.list(**wanted)))


@pytest.mark.parametrize("plan, status", [("busy", "busy"), ("no-answer", "no-answer"), ("fail", "failed")])
def test_not_taken(watch: Watch, plan: str, status: str) -> None:
    talk = open_talk(watch)
    watch.silence()
    phones.plan(watch.scene, talk.bob, plan)
    call(watch, talk)
    phones.advance(watch.scene, 60)
    watch.look(FIRST - 2)
    assert watch.live(talk)
    watch.look(2)
    one = watch.one(talk)
    (leg,) = at_carrier(watch, to=talk.bob)
    assert (one.outbound_resource_sid, one.outbound_resource_status) == (leg.sid, status)
    assert not watch.live(talk)
    assert watch.watched() == 0


def test_talked(watch: Watch) -> None:
    talk = open_talk(watch)
    in_silence(watch, call, talk, talk=30)
    phones.advance(watch.scene, 30)
    watch.look(FIRST)
    one = watch.one(talk)
    (leg,) = at_carrier(watch, to=talk.bob)
    assert (one.outbound_resource_sid, one.outbound_resource_status) == (leg.sid, "completed")
    assert (one.data, leg.duration) == ('{"duration":"30"}', "30")


def test_still_talking_and_looked_at_behind_the_time_limit(watch: Watch) -> None:
    talk = open_talk(watch)
    sid = in_silence(watch, call, talk)
    watch.look(FIRST)
    (leg,) = at_carrier(watch, to=talk.bob)
    one = watch.one(talk)
    assert (one.outbound_resource_sid, one.outbound_resource_status) == (leg.sid, "initiated")
    watch.scene.client.calls(sid).update(status="completed")
    watch.scene.sim("GET", "/settle")
    watch.look(61, TIME_LIMIT - 100)
    assert watch.statuses(talk) == ["initiated"]
    watch.look(200)
    assert watch.statuses(talk) == ["completed"]


def test_told_in_time(watch: Watch) -> None:
    talk = open_talk(watch)
    call(watch, talk, talk=10)
    phones.advance(watch.scene, 11)
    assert watch.statuses(talk) == ["completed"]
    assert watch.watched() == 0


def test_our_answer_was_lost(watch: Watch) -> None:
    """The carrier never dialled, and nobody dials for it."""
    talk = open_talk(watch)
    watch.scene.sim("POST", "/faults", lose_answers=1000)
    sid = call(watch, talk)
    watch.scene.sim("POST", "/faults", lose_answers=0)
    assert watch.live(talk)
    watch.look(FIRST, SECOND - 2)
    assert watch.statuses(talk) == ["initiated"]
    watch.look(2)
    one = watch.one(talk)
    assert (one.outbound_resource_sid, one.outbound_resource_status) == (None, "failed")
    assert not watch.live(talk)
    assert [leg.sid for leg in at_carrier(watch)] == [sid]
    assert watch.events("message.lost") == []


def test_behind_a_text_of_the_app(watch: Watch) -> None:
    """The app's own texts have no inbound leg, and a blocked one has no outbound leg: neither is in a call's way."""
    talk = open_talk(watch)
    talk.session.participants(talk.bob_sid).message_interactions.create(body="Your ride is here")
    watch.silence()
    phones.plan(watch.scene, talk.bob, "busy")
    call(watch, talk)
    phones.advance(watch.scene, 60)
    watch.look(FIRST)
    calls = [one for one in watch.all(talk) if one.type == "voice"]
    assert [one.outbound_resource_status for one in calls] == ["busy"]
    assert not watch.live(talk)


def test_two_calls_each_with_its_own_leg(watch: Watch) -> None:
    talk = open_talk(watch)
    watch.silence()
    phones.plan(watch.scene, talk.bob, "busy")
    call(watch, talk)
    phones.advance(watch.scene, 6)
    watch.mend()
    phones.let_take_calls(watch.scene, talk.bob)
    watch.clock.advance(0.01)
    in_silence(watch, call, talk, talk=5)
    phones.advance(watch.scene, 6)
    watch.look(FIRST)
    assert watch.statuses(talk) == ["busy", "completed"]
    assert [one.outbound_resource_sid for one in watch.all(talk)] == [leg.sid for leg in at_carrier(watch, to=talk.bob)]


@pytest.mark.parametrize("do", ["429", "503"])
def test_a_list_that_cannot_be_had(watch: Watch, do: str) -> None:
    talk = open_talk(watch)
    in_silence(watch, call, talk, talk=5)
    phones.advance(watch.scene, 6)
    watch.fault(("rest:calls", do), method="GET")
    watch.look(FIRST, SECOND, SECOND)
    assert watch.statuses(talk) == ["initiated"]
    watch.mend()
    watch.look(61)
    assert watch.statuses(talk) == ["completed"]


@pytest.mark.parametrize("do", ["accept-then-reset", "accept-then-503"])
def test_placed_and_never_heard_of(watch: Watch, do: str) -> None:
    """The carrier took it, said nothing, and says nothing: it is found, and no second call is placed."""
    talk = open_talk(watch)
    phones.plan(watch.scene, talk.bob, "no-answer")
    watch.silence()
    watch.fault(("rest:calls", do), method="POST", count=1)
    assert place(watch, talk).status_code == 201
    phones.advance(watch.scene, 60)
    assert watch.one(talk).inbound_resource_sid is None
    watch.look(FIRST)
    one = watch.one(talk)
    (leg,) = at_carrier(watch)
    assert (one.inbound_resource_sid, one.inbound_resource_status) == (leg.sid, "no-answer")
    assert one.outbound_resource_status == "canceled"
    assert not watch.live(talk)
    assert watch.watched() == 0


def test_placed_talked_and_never_heard_of(watch: Watch) -> None:
    talk = open_talk(watch)
    assert in_silence(watch, place, talk).status_code == 201
    phones.act(watch.scene, talk.bob, "hangup")
    watch.look(FIRST)
    one = watch.one(talk)
    first, second = at_carrier(watch)
    assert (one.inbound_resource_sid, one.inbound_resource_status) == (first.sid, "completed")
    assert (one.outbound_resource_sid, one.outbound_resource_status) == (second.sid, "completed")
    assert not watch.live(talk)


@pytest.mark.parametrize("do", ["reset", "503"])
def test_never_placed(watch: Watch, do: str) -> None:
    """In doubt and in no list: it failed, and it is not placed now."""
    talk = open_talk(watch)
    watch.fault(("rest:calls", do), method="POST", count=1)
    assert place(watch, talk).status_code == 201
    watch.look(FIRST, SECOND - 2)
    assert watch.one(talk).inbound_resource_status == "queued"
    watch.look(2)
    one = watch.one(talk)
    assert (one.inbound_resource_status, one.outbound_resource_status) == ("failed", "canceled")
    assert at_carrier(watch) == []
    assert not watch.live(talk)


def test_one_of_two_in_doubt_was_placed(watch: Watch) -> None:
    """The second: the first was never taken. One call is nobody's twice."""
    talk = open_talk(watch)
    phones.plan(watch.scene, talk.bob, "no-answer")
    watch.silence()
    for do in ("reset", "accept-then-reset"):
        watch.fault(("rest:calls", do), method="POST", count=1)
        watch.clock.advance(0.01)
        place(watch, talk)
    phones.advance(watch.scene, 60)
    watch.look(FIRST, SECOND)
    (leg,) = at_carrier(watch)
    found = sorted((one.inbound_resource_status, one.inbound_resource_sid) for one in watch.all(talk))
    assert found == [("failed", None), ("no-answer", leg.sid)]
