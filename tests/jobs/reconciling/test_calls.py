"""Calls without webhooks from the carrier: their legs and final status are found, and no call is placed again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import requests

from tests.support import telephones as phones
from tests.support.reconciling import SECOND, ReconcilingHarness
from tests.support.stack import ACCOUNT, TOKEN
from tests.support.webhooks import Conversation

# Slow: makes many calls and searches the carrier's lists for each.
pytestmark = pytest.mark.slow


#: The longest ringing time of a new Service plus 30 s, and one second more.
FIRST = 25 + 31
TIME_LIMIT = 14_400


def open_talk(harness: ReconcilingHarness) -> Conversation:
    conversation = harness.webhooks.open()
    phones.let_take_calls(harness.webhooks, conversation.alice, conversation.bob)
    return conversation


def call(harness: ReconcilingHarness, between: Conversation, **more: Any) -> str:
    return phones.call(harness.webhooks, between.alice, between.alices, **more)


def place(harness: ReconcilingHarness, conversation: Conversation) -> Any:
    """Rings Bob, then Alice."""
    path = f"/proxy/v1/Services/{harness.webhooks.sid}/Sessions/{conversation.session.fetch().sid}/Calls"
    answer = requests.post(
        harness.webhooks.stack.url + path, {"Participant": conversation.bob_sid}, auth=(ACCOUNT, TOKEN), timeout=30
    )
    harness.webhooks.sim("GET", "/settle")
    return answer


def in_silence(harness: ReconcilingHarness, begin: Callable[..., Any], between: Conversation, **more: Any) -> Any:
    """Delivers only the webhooks for pressed keys until the two people are connected, and drops all others."""
    harness.drop_webhooks(but="voice-action")
    begun = begin(harness, between, **more)
    harness.drop_webhooks()
    assert phones.bridged(harness.webhooks, between.alice) and phones.bridged(harness.webhooks, between.bob)
    return begun


def at_carrier(harness: ReconcilingHarness, **wanted: str) -> list[Any]:
    """The calls in the carrier's list, oldest first."""
    return list(reversed(harness.webhooks.client.calls.list(**wanted)))


@pytest.mark.parametrize("plan, status", [("busy", "busy"), ("no-answer", "no-answer"), ("fail", "failed")])
def test_not_taken(harness: ReconcilingHarness, plan: str, status: str) -> None:
    conversation = open_talk(harness)
    harness.drop_webhooks()
    phones.plan(harness.webhooks, conversation.bob, plan)
    call(harness, conversation)
    phones.advance(harness.webhooks, 60)
    harness.run_job(FIRST - 2)
    assert harness.has_live_call(conversation)
    harness.run_job(2)
    one = harness.interaction(conversation)
    (leg,) = at_carrier(harness, to=conversation.bob)
    assert (one.outbound_resource_sid, one.outbound_resource_status) == (leg.sid, status)
    assert not harness.has_live_call(conversation)
    assert harness.count_watched() == 0


def test_talked(harness: ReconcilingHarness) -> None:
    conversation = open_talk(harness)
    in_silence(harness, call, conversation, talk=30)
    phones.advance(harness.webhooks, 30)
    harness.run_job(FIRST)
    one = harness.interaction(conversation)
    (leg,) = at_carrier(harness, to=conversation.bob)
    assert (one.outbound_resource_sid, one.outbound_resource_status) == (leg.sid, "completed")
    assert (one.data, leg.duration) == ('{"duration":"30"}', "30")


def test_still_talking_and_looked_at_behind_the_time_limit(harness: ReconcilingHarness) -> None:
    conversation = open_talk(harness)
    sid = in_silence(harness, call, conversation)
    harness.run_job(FIRST)
    (leg,) = at_carrier(harness, to=conversation.bob)
    one = harness.interaction(conversation)
    assert (one.outbound_resource_sid, one.outbound_resource_status) == (leg.sid, "initiated")
    harness.webhooks.client.calls(sid).update(status="completed")
    harness.webhooks.sim("GET", "/settle")
    harness.run_job(61, TIME_LIMIT - 100)
    assert harness.statuses(conversation) == ["initiated"]
    harness.run_job(200)
    assert harness.statuses(conversation) == ["completed"]


def test_told_in_time(harness: ReconcilingHarness) -> None:
    conversation = open_talk(harness)
    call(harness, conversation, talk=10)
    phones.advance(harness.webhooks, 11)
    assert harness.statuses(conversation) == ["completed"]
    assert harness.count_watched() == 0


def test_our_answer_was_lost(harness: ReconcilingHarness) -> None:
    """The carrier never dialled, and Maskline does not dial later."""
    conversation = open_talk(harness)
    harness.webhooks.sim("POST", "/faults", lose_answers=1000)
    sid = call(harness, conversation)
    harness.webhooks.sim("POST", "/faults", lose_answers=0)
    assert harness.has_live_call(conversation)
    harness.run_job(FIRST, SECOND - 2)
    assert harness.statuses(conversation) == ["initiated"]
    harness.run_job(2)
    one = harness.interaction(conversation)
    assert (one.outbound_resource_sid, one.outbound_resource_status) == (None, "failed")
    assert not harness.has_live_call(conversation)
    assert [leg.sid for leg in at_carrier(harness)] == [sid]
    assert harness.events("message.lost") == []


def test_behind_a_text_of_the_app(harness: ReconcilingHarness) -> None:
    """A text of the app has no inbound leg; it does not stop the job from finding the call's legs."""
    conversation = open_talk(harness)
    conversation.session.participants(conversation.bob_sid).message_interactions.create(body="Your ride is here")
    harness.drop_webhooks()
    phones.plan(harness.webhooks, conversation.bob, "busy")
    call(harness, conversation)
    phones.advance(harness.webhooks, 60)
    harness.run_job(FIRST)
    calls = [one for one in harness.interactions(conversation) if one.type == "voice"]
    assert [one.outbound_resource_status for one in calls] == ["busy"]
    assert not harness.has_live_call(conversation)


def test_two_calls_each_with_its_own_leg(harness: ReconcilingHarness) -> None:
    conversation = open_talk(harness)
    harness.drop_webhooks()
    phones.plan(harness.webhooks, conversation.bob, "busy")
    call(harness, conversation)
    phones.advance(harness.webhooks, 6)
    harness.clear_faults()
    phones.let_take_calls(harness.webhooks, conversation.bob)
    harness.clock.advance(0.01)
    in_silence(harness, call, conversation, talk=5)
    phones.advance(harness.webhooks, 6)
    harness.run_job(FIRST)
    assert harness.statuses(conversation) == ["busy", "completed"]
    assert [one.outbound_resource_sid for one in harness.interactions(conversation)] == [
        leg.sid for leg in at_carrier(harness, to=conversation.bob)
    ]


@pytest.mark.parametrize("do", ["429", "503"])
def test_a_list_that_cannot_be_had(harness: ReconcilingHarness, do: str) -> None:
    conversation = open_talk(harness)
    in_silence(harness, call, conversation, talk=5)
    phones.advance(harness.webhooks, 6)
    harness.fault(("rest:calls", do), method="GET")
    harness.run_job(FIRST, SECOND, SECOND)
    assert harness.statuses(conversation) == ["initiated"]
    harness.clear_faults()
    harness.run_job(61)
    assert harness.statuses(conversation) == ["completed"]


@pytest.mark.parametrize("do", ["accept-then-reset", "accept-then-503"])
def test_placed_and_never_heard_of(harness: ReconcilingHarness, do: str) -> None:
    """The carrier accepted the call but its answer was lost: the call is found, and no second call is placed."""
    conversation = open_talk(harness)
    phones.plan(harness.webhooks, conversation.bob, "no-answer")
    harness.drop_webhooks()
    harness.fault(("rest:calls", do), method="POST", count=1)
    assert place(harness, conversation).status_code == 201
    phones.advance(harness.webhooks, 60)
    assert harness.interaction(conversation).inbound_resource_sid is None
    harness.run_job(FIRST)
    one = harness.interaction(conversation)
    (leg,) = at_carrier(harness)
    assert (one.inbound_resource_sid, one.inbound_resource_status) == (leg.sid, "no-answer")
    assert one.outbound_resource_status == "canceled"
    assert not harness.has_live_call(conversation)
    assert harness.count_watched() == 0


def test_placed_talked_and_never_heard_of(harness: ReconcilingHarness) -> None:
    conversation = open_talk(harness)
    assert in_silence(harness, place, conversation).status_code == 201
    phones.act(harness.webhooks, conversation.bob, "hangup")
    harness.run_job(FIRST)
    one = harness.interaction(conversation)
    first, second = at_carrier(harness)
    assert (one.inbound_resource_sid, one.inbound_resource_status) == (first.sid, "completed")
    assert (one.outbound_resource_sid, one.outbound_resource_status) == (second.sid, "completed")
    assert not harness.has_live_call(conversation)


@pytest.mark.parametrize("do", ["reset", "503"])
def test_never_placed(harness: ReconcilingHarness, do: str) -> None:
    """A call in doubt that is in no list of the carrier counts as failed, and is not placed again."""
    conversation = open_talk(harness)
    harness.fault(("rest:calls", do), method="POST", count=1)
    assert place(harness, conversation).status_code == 201
    harness.run_job(FIRST, SECOND - 2)
    assert harness.interaction(conversation).inbound_resource_status == "queued"
    harness.run_job(2)
    one = harness.interaction(conversation)
    assert (one.inbound_resource_status, one.outbound_resource_status) == ("failed", "canceled")
    assert at_carrier(harness) == []
    assert not harness.has_live_call(conversation)


def test_one_of_two_in_doubt_was_placed(harness: ReconcilingHarness) -> None:
    """The carrier accepted only the second call. Its resource is matched with one Interaction only."""
    conversation = open_talk(harness)
    phones.plan(harness.webhooks, conversation.bob, "no-answer")
    harness.drop_webhooks()
    for do in ("reset", "accept-then-reset"):
        harness.fault(("rest:calls", do), method="POST", count=1)
        harness.clock.advance(0.01)
        place(harness, conversation)
    phones.advance(harness.webhooks, 60)
    harness.run_job(FIRST, SECOND)
    (leg,) = at_carrier(harness)
    found = sorted(
        (one.inbound_resource_status, one.inbound_resource_sid) for one in harness.interactions(conversation)
    )
    assert found == [("failed", None), ("no-answer", leg.sid)]
