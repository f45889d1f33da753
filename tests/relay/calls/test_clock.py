"""A Session's clock while people talk: what bounds a call, what a call holds back, and what ends all the same."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from common.sids import new
from tests.proxy.webhooks.scene import Talk
from tests.proxy.webhooks.telephony import act, advance, bridged, call, plan
from tests.relay.calls.stage import Stage

# Slow: plays long calls, to the second.
pytestmark = pytest.mark.slow


FOUR_HOURS, GRACE = 14_400, 60


def limit(twiml: str) -> int:
    (found,) = re.findall('timeLimit="([0-9]+)"', twiml)
    return int(found)


def moment(scene: Stage, seconds: int) -> datetime:
    """So many whole seconds ahead of the store's time, which stands between two of them."""
    return datetime.fromtimestamp(scene.time.now // 1000, UTC) + timedelta(seconds=seconds)


def closed_by(scene: Stage, talk: Talk) -> str:
    """Why the Session is closed, once whatever is due has been swept; empty while it is open."""
    scene.sweep()
    return str(talk.session.fetch().closed_reason)


@pytest.mark.parametrize(
    ("setting", "expiry", "expected"),
    [
        (None, None, FOUR_HOURS),
        ("600", None, 600),
        ("14400", 86_400, FOUR_HOURS),
        (None, 3600, 3600),
        ("600", 3600, 600),
        ("600", 100, 100),
        (None, 10, 10),
    ],
)
def test_the_least_of_three_bounds(scene: Stage, setting: str | None, expiry: int | None, expected: int) -> None:
    scene.time.now = scene.time.now // 1000 * 1000
    if setting:
        scene.arrange(CallTimeLimit=setting)
    talk = scene.open(date_expiry=moment(scene, expiry)) if expiry else scene.open()
    form = scene.voice_form(talk.alice, talk.alices)
    assert limit(scene.post(form, scene.url("voice")).text) == expected
    scene.time.advance(1)
    assert limit(scene.post(form, scene.url("voice")).text) == expected, "a repeat gets the same"


def test_a_last_second_is_rounded_down_and_never_none(scene: Stage) -> None:
    scene.time.now = scene.time.now // 1000 * 1000
    talk = scene.open(date_expiry=moment(scene, 10))
    scene.time.now += 4100
    assert limit(scene.post(scene.voice_form(talk.alice, talk.alices), scene.url("voice")).text) == 5
    scene.time.now += 5500
    assert limit(scene.post(scene.voice_form(talk.alice, talk.alices), scene.url("voice")).text) == 1


def test_the_limit_of_a_placed_call_is_what_is_left_when_it_is_picked_up(scene: Stage) -> None:
    scene.time.now = scene.time.now // 1000 * 1000
    talk = scene.open(date_expiry=moment(scene, 100))
    plan(scene, talk.bob, "manual")
    scene.place(talk)
    scene.settle()
    scene.time.advance(30)
    act(scene, talk.bob, "answer")
    (connected,) = scene.posted("voice")
    assert limit(connected["response"]) == 70


def test_the_carrier_ends_the_talk_at_the_limit(scene: Stage) -> None:
    scene.time.now = scene.time.now // 1000 * 1000
    talk = scene.open(date_expiry=moment(scene, 90))
    call(scene, talk.alice, talk.alices)
    advance(scene, 89)
    assert scene.sim("GET", f"/phones/{talk.bob}")["state"] == "bridged"
    advance(scene, 1)
    assert scene.interaction(talk)["data"] == '{"duration":"90"}' and not scene.live(talk)


@pytest.mark.parametrize("placed", [False, True], ids=["a call comes in", "click to call"])
def test_a_live_call_holds_the_ttl_back_and_its_end_starts_it_anew(scene: Stage, placed: bool) -> None:
    talk = scene.open(ttl=60)
    if placed:
        scene.place(talk)
        scene.settle()
    else:
        call(scene, talk.alice, talk.alices)
    for _ in range(10):
        scene.time.advance(100)
        assert closed_by(scene, talk) == ""
    act(scene, talk.alice, "hangup")
    assert not scene.live(talk)
    scene.time.advance(59)
    assert closed_by(scene, talk) == ""
    scene.time.advance(2)
    assert closed_by(scene, talk) == "ttl"


@pytest.mark.parametrize("what", ["busy", "no-answer", "fail"])
def test_the_ttl_starts_anew_when_nobody_was_there_too(scene: Stage, what: str) -> None:
    talk = scene.open(ttl=60)
    plan(scene, talk.bob, what)
    call(scene, talk.alice, talk.alices)
    scene.time.advance(50)
    advance(scene, 26)
    scene.time.advance(55 if what == "no-answer" else 9)
    assert closed_by(scene, talk) == ""
    scene.time.advance(6)
    assert closed_by(scene, talk) == "ttl"


def test_while_one_of_two_calls_lives(scene: Stage) -> None:
    talk = scene.open(ttl=60)
    form, first = scene.come_in(talk)
    other, second = scene.come_in(talk)
    scene.time.advance(300)
    scene.tell(first, scene.action_form(form, "completed", new("CA"), bridged=True), "ended")
    scene.time.advance(300)
    assert closed_by(scene, talk) == "" and scene.live(talk)
    scene.tell(second, scene.action_form(other, "busy", new("CA")), "ended")
    scene.time.advance(61)
    assert closed_by(scene, talk) == "ttl" and not scene.live(talk)


def test_an_end_that_nobody_tells(scene: Stage) -> None:
    """The mark ends 60 s after the time limit, and the Session with it; what is told later brings nothing back."""
    scene.arrange(CallTimeLimit="600")
    talk = scene.open(ttl=60)
    form, sid = scene.come_in(talk)
    scene.time.advance(600 + GRACE - 1)
    assert closed_by(scene, talk) == ""
    scene.time.advance(2)
    assert closed_by(scene, talk) == "ttl"
    ended = talk.session.fetch()
    scene.time.advance(60)
    scene.tell(sid, scene.action_form(form, "completed", new("CA"), bridged=True), "ended")
    after = talk.session.fetch()
    assert (after.status, after.date_ended) == ("closed", ended.date_ended)
    assert after.date_last_interaction == ended.date_last_interaction
    assert scene.interaction(talk)["outbound_resource_status"] == "completed"


def test_an_end_told_too_late_does_not_revive_a_session_that_nobody_swept(scene: Stage) -> None:
    scene.arrange(CallTimeLimit="600")
    talk = scene.open(ttl=60)
    form, sid = scene.come_in(talk)
    scene.time.advance(600 + GRACE + 1)
    scene.tell(sid, scene.action_form(form, "completed", new("CA"), bridged=True), "ended")
    assert closed_by(scene, talk) == "ttl"


def test_a_long_ttl_outlives_the_mark(scene: Stage) -> None:
    scene.arrange(CallTimeLimit="60")
    talk = scene.open(ttl=1000)
    scene.come_in(talk)
    scene.time.advance(999)
    assert closed_by(scene, talk) == ""
    scene.time.advance(2)
    assert closed_by(scene, talk) == "ttl"


def test_date_expiry_ends_it_whoever_talks(scene: Stage) -> None:
    scene.time.now = scene.time.now // 1000 * 1000
    talk = scene.open(ttl=60, date_expiry=moment(scene, 300))
    call(scene, talk.alice, talk.alices)
    scene.time.advance(299)
    assert closed_by(scene, talk) == ""
    scene.time.advance(1)
    assert closed_by(scene, talk) == "expiry"
    assert scene.sim("GET", f"/phones/{talk.bob}")["state"] == "bridged"


def test_closed_in_the_middle_the_call_goes_on(scene: Stage, talk: Talk) -> None:
    """Until its time limit; the end is noted, and the Session stays as it was closed."""
    scene.arrange(CallTimeLimit="120")
    call(scene, talk.alice, talk.alices)
    advance(scene, 30)
    talk.session.update(status="closed")
    closed = talk.session.fetch()
    scene.time.advance(30)
    act(scene, talk.alice, "say", text="still there?")
    assert scene.sim("GET", f"/phones/{talk.bob}")["state"] == "bridged" and bridged(scene, talk.bob) == [talk.bobs]
    advance(scene, 90)
    assert (scene.interaction(talk)["data"], scene.live(talk)) == ('{"duration":"120"}', False)
    after = talk.session.fetch()
    assert (after.status, after.date_last_interaction) == ("closed", closed.date_last_interaction)
    assert scene.sentences(talk.alice) == []


def test_closed_in_the_middle_and_nobody_picked_up(scene: Stage, talk: Talk) -> None:
    plan(scene, talk.bob, "manual")
    call(scene, talk.alice, talk.alices)
    talk.session.update(status="closed")
    act(scene, talk.bob, "hangup")
    assert scene.interaction(talk)["outbound_resource_status"] == "busy" and len(scene.sentences(talk.alice)) == 1


def test_closing_names_the_calls_that_go_on(scene: Stage, talk: Talk) -> None:
    """For who wants them ended: also a placed one that still rings its first participant."""
    sid = call(scene, talk.alice, talk.alices)
    plan(scene, talk.bob, "manual")
    placed = scene.place(talk).json()["inbound_resource_sid"]
    scene.settle()
    before = scene.writes()[1]
    talk.session.update(status="closed")
    (event,) = [one for one in scene.events(before) if one["t"] == "session.closed"]
    assert sorted(event["d"]["live"]) == sorted([sid, placed])


def test_reopened_while_they_talk(scene: Stage) -> None:
    talk = scene.open(ttl=60)
    call(scene, talk.alice, talk.alices)
    talk.session.update(status="closed")
    talk.session.update(status="in-progress")
    scene.time.advance(300)
    assert closed_by(scene, talk) == ""
    act(scene, talk.bob, "hangup")
    scene.time.advance(61)
    assert closed_by(scene, talk) == "ttl"


def test_a_call_counts_as_an_interaction(scene: Stage) -> None:
    talk = scene.open()
    assert talk.session.fetch().status == "open"
    scene.time.advance(5)
    scene.come_in(talk)
    now = talk.session.fetch()
    assert now.status == "in-progress" and now.date_started == now.date_last_interaction
