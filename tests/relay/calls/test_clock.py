"""A Session's time while people talk: what limits a call, what a call delays, and what ends in spite of it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from common.sids import new
from tests.support.calls import CallsHarness
from tests.support.telephones import act, advance, bridged, call, plan
from tests.support.webhooks import Conversation

# Slow: plays long calls and checks them to the second.
pytestmark = pytest.mark.slow


FOUR_HOURS, GRACE = 14_400, 60


def limit(twiml: str) -> int:
    (found,) = re.findall('timeLimit="([0-9]+)"', twiml)
    return int(found)


def moment(harness: CallsHarness, seconds: int) -> datetime:
    """The store's time without its milliseconds, plus this number of seconds."""
    return datetime.fromtimestamp(harness.time.now // 1000, UTC) + timedelta(seconds=seconds)


def closed_by(harness: CallsHarness, conversation: Conversation) -> str:
    """Sweeps what is due. Returns the reason why the Session is closed, or an empty string if it is open."""
    harness.sweep()
    return str(conversation.session.fetch().closed_reason)


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
def test_the_least_of_three_bounds(
    harness: CallsHarness, setting: str | None, expiry: int | None, expected: int
) -> None:
    harness.time.now = harness.time.now // 1000 * 1000
    if setting:
        harness.set_for_this_test(CallTimeLimit=setting)
    conversation = harness.open(date_expiry=moment(harness, expiry)) if expiry else harness.open()
    form = harness.voice_form(conversation.alice, conversation.alices)
    assert limit(harness.post(form, harness.url("voice")).text) == expected
    harness.time.advance(1)
    assert limit(harness.post(form, harness.url("voice")).text) == expected, "a repeat gets the same"


def test_a_last_second_is_rounded_down_and_never_none(harness: CallsHarness) -> None:
    harness.time.now = harness.time.now // 1000 * 1000
    conversation = harness.open(date_expiry=moment(harness, 10))
    harness.time.now += 4100
    assert (
        limit(harness.post(harness.voice_form(conversation.alice, conversation.alices), harness.url("voice")).text) == 5
    )
    harness.time.now += 5500
    assert (
        limit(harness.post(harness.voice_form(conversation.alice, conversation.alices), harness.url("voice")).text) == 1
    )


def test_the_limit_of_a_placed_call_is_what_is_left_when_it_is_picked_up(harness: CallsHarness) -> None:
    harness.time.now = harness.time.now // 1000 * 1000
    conversation = harness.open(date_expiry=moment(harness, 100))
    plan(harness, conversation.bob, "manual")
    harness.order_call(conversation)
    harness.settle()
    harness.time.advance(30)
    act(harness, conversation.bob, "answer")
    (connected,) = harness.carrier_requests("voice")
    assert limit(connected["response"]) == 70


def test_the_carrier_ends_the_talk_at_the_limit(harness: CallsHarness) -> None:
    harness.time.now = harness.time.now // 1000 * 1000
    conversation = harness.open(date_expiry=moment(harness, 90))
    call(harness, conversation.alice, conversation.alices)
    advance(harness, 89)
    assert harness.sim("GET", f"/phones/{conversation.bob}")["state"] == "bridged"
    advance(harness, 1)
    assert harness.interaction(conversation)["data"] == '{"duration":"90"}' and not harness.has_live_call(conversation)


@pytest.mark.parametrize("placed", [False, True], ids=["a call comes in", "click to call"])
def test_a_live_call_holds_the_ttl_back_and_its_end_starts_it_anew(harness: CallsHarness, placed: bool) -> None:
    conversation = harness.open(ttl=60)
    if placed:
        harness.order_call(conversation)
        harness.settle()
    else:
        call(harness, conversation.alice, conversation.alices)
    for _ in range(10):
        harness.time.advance(100)
        assert closed_by(harness, conversation) == ""
    act(harness, conversation.alice, "hangup")
    assert not harness.has_live_call(conversation)
    harness.time.advance(59)
    assert closed_by(harness, conversation) == ""
    harness.time.advance(2)
    assert closed_by(harness, conversation) == "ttl"


@pytest.mark.parametrize("what", ["busy", "no-answer", "fail"])
def test_the_ttl_starts_anew_when_nobody_was_there_too(harness: CallsHarness, what: str) -> None:
    conversation = harness.open(ttl=60)
    plan(harness, conversation.bob, what)
    call(harness, conversation.alice, conversation.alices)
    harness.time.advance(50)
    advance(harness, 26)
    harness.time.advance(55 if what == "no-answer" else 9)
    assert closed_by(harness, conversation) == ""
    harness.time.advance(6)
    assert closed_by(harness, conversation) == "ttl"


def test_while_one_of_two_calls_lives(harness: CallsHarness) -> None:
    conversation = harness.open(ttl=60)
    form, first = harness.start_inbound_call(conversation)
    other, second = harness.start_inbound_call(conversation)
    harness.time.advance(300)
    harness.post_status(first, harness.action_form(form, "completed", new("CA"), bridged=True), "ended")
    harness.time.advance(300)
    assert closed_by(harness, conversation) == "" and harness.has_live_call(conversation)
    harness.post_status(second, harness.action_form(other, "busy", new("CA")), "ended")
    harness.time.advance(61)
    assert closed_by(harness, conversation) == "ttl" and not harness.has_live_call(conversation)


def test_an_end_that_nobody_tells(harness: CallsHarness) -> None:
    """The call's mark and the Session end 60 s after the time limit; a later callback does not reopen the Session."""
    harness.set_for_this_test(CallTimeLimit="600")
    conversation = harness.open(ttl=60)
    form, sid = harness.start_inbound_call(conversation)
    harness.time.advance(600 + GRACE - 1)
    assert closed_by(harness, conversation) == ""
    harness.time.advance(2)
    assert closed_by(harness, conversation) == "ttl"
    ended = conversation.session.fetch()
    harness.time.advance(60)
    harness.post_status(sid, harness.action_form(form, "completed", new("CA"), bridged=True), "ended")
    after = conversation.session.fetch()
    assert (after.status, after.date_ended) == ("closed", ended.date_ended)
    assert after.date_last_interaction == ended.date_last_interaction
    assert harness.interaction(conversation)["outbound_resource_status"] == "completed"


def test_an_end_told_too_late_does_not_revive_a_session_that_nobody_swept(harness: CallsHarness) -> None:
    harness.set_for_this_test(CallTimeLimit="600")
    conversation = harness.open(ttl=60)
    form, sid = harness.start_inbound_call(conversation)
    harness.time.advance(600 + GRACE + 1)
    harness.post_status(sid, harness.action_form(form, "completed", new("CA"), bridged=True), "ended")
    assert closed_by(harness, conversation) == "ttl"


def test_a_long_ttl_outlives_the_mark(harness: CallsHarness) -> None:
    harness.set_for_this_test(CallTimeLimit="60")
    conversation = harness.open(ttl=1000)
    harness.start_inbound_call(conversation)
    harness.time.advance(999)
    assert closed_by(harness, conversation) == ""
    harness.time.advance(2)
    assert closed_by(harness, conversation) == "ttl"


def test_date_expiry_ends_it_whoever_talks(harness: CallsHarness) -> None:
    harness.time.now = harness.time.now // 1000 * 1000
    conversation = harness.open(ttl=60, date_expiry=moment(harness, 300))
    call(harness, conversation.alice, conversation.alices)
    harness.time.advance(299)
    assert closed_by(harness, conversation) == ""
    harness.time.advance(1)
    assert closed_by(harness, conversation) == "expiry"
    assert harness.sim("GET", f"/phones/{conversation.bob}")["state"] == "bridged"


def test_closed_in_the_middle_the_call_goes_on(harness: CallsHarness, conversation: Conversation) -> None:
    """The call goes on until its time limit. Its end is recorded, and the closed Session does not change."""
    harness.set_for_this_test(CallTimeLimit="120")
    call(harness, conversation.alice, conversation.alices)
    advance(harness, 30)
    conversation.session.update(status="closed")
    closed = conversation.session.fetch()
    harness.time.advance(30)
    act(harness, conversation.alice, "say", text="still there?")
    assert harness.sim("GET", f"/phones/{conversation.bob}")["state"] == "bridged" and bridged(
        harness, conversation.bob
    ) == [conversation.bobs]
    advance(harness, 90)
    assert (harness.interaction(conversation)["data"], harness.has_live_call(conversation)) == (
        '{"duration":"120"}',
        False,
    )
    after = conversation.session.fetch()
    assert (after.status, after.date_last_interaction) == ("closed", closed.date_last_interaction)
    assert harness.heard_sentences(conversation.alice) == []


def test_closed_in_the_middle_and_nobody_picked_up(harness: CallsHarness, conversation: Conversation) -> None:
    plan(harness, conversation.bob, "manual")
    call(harness, conversation.alice, conversation.alices)
    conversation.session.update(status="closed")
    act(harness, conversation.bob, "hangup")
    assert (
        harness.interaction(conversation)["outbound_resource_status"] == "busy"
        and len(harness.heard_sentences(conversation.alice)) == 1
    )


def test_closing_names_the_calls_that_go_on(harness: CallsHarness, conversation: Conversation) -> None:
    """An app may want to end these calls. A placed call that still rings its first Participant is also named."""
    sid = call(harness, conversation.alice, conversation.alices)
    plan(harness, conversation.bob, "manual")
    placed = harness.order_call(conversation).json()["inbound_resource_sid"]
    harness.settle()
    before = harness.writes()[1]
    conversation.session.update(status="closed")
    (event,) = [one for one in harness.events(before) if one["t"] == "session.closed"]
    assert sorted(event["d"]["live"]) == sorted([sid, placed])


def test_reopened_while_they_talk(harness: CallsHarness) -> None:
    conversation = harness.open(ttl=60)
    call(harness, conversation.alice, conversation.alices)
    conversation.session.update(status="closed")
    conversation.session.update(status="in-progress")
    harness.time.advance(300)
    assert closed_by(harness, conversation) == ""
    act(harness, conversation.bob, "hangup")
    harness.time.advance(61)
    assert closed_by(harness, conversation) == "ttl"


def test_a_call_counts_as_an_interaction(harness: CallsHarness) -> None:
    conversation = harness.open()
    assert conversation.session.fetch().status == "open"
    harness.time.advance(5)
    harness.start_inbound_call(conversation)
    now = conversation.session.fetch()
    assert now.status == "in-progress" and now.date_started == now.date_last_interaction
