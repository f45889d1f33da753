"""How calls end: virtual phones play the table of docs/calls.md row by row."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from policy.sentences.sentences import SENTENCES
from tests.relay.calls.tables import ENDS, words
from tests.support.calls import CallsHarness
from tests.support.telephones import act, advance, bridged, call, heard, plan, said
from tests.support.webhooks import Conversation

# Slow: plays every way in which a call ends.
pytestmark = pytest.mark.slow


Play = Callable[[CallsHarness, Conversation], None]
MAILBOX = "Ophelia Quackenbush"


def calls(harness: CallsHarness, conversation: Conversation) -> None:
    call(harness, conversation.alice, conversation.alices)


def planned(what: str, *, then: Play | None = None, **more: object) -> Play:
    """Sets what Bob's phone does, lets Alice call, and then plays `then`."""

    def play(harness: CallsHarness, conversation: Conversation) -> None:
        plan(harness, conversation.bob, what, **more)
        calls(harness, conversation)
        if then:
            then(harness, conversation)

    return play


def after(seconds: float, who: str = "", what: str = "hangup") -> Play:
    def play(harness: CallsHarness, conversation: Conversation) -> None:
        advance(harness, seconds)
        if who:
            act(harness, getattr(conversation, who), what)

    return play


def presses(key: str) -> Play:
    return lambda harness, conversation: act(harness, conversation.bob, "keys", keys=key)


def takes_it(harness: CallsHarness, conversation: Conversation) -> None:
    assert bridged(harness, conversation.alice) == []
    presses("1")(harness, conversation)
    after(30, "bob")(harness, conversation)


def cannot_be_reached(harness: CallsHarness, conversation: Conversation) -> None:
    harness.sim("POST", "/faults", refuse={"to": conversation.bob, "code": 13225})
    calls(harness, conversation)


def until_the_limit(harness: CallsHarness, conversation: Conversation) -> None:
    harness.set_for_this_test(CallTimeLimit="60")
    calls(harness, conversation)
    advance(harness, 59)
    assert harness.sim("GET", f"/phones/{conversation.bob}")["state"] == "bridged"
    advance(harness, 2)


PLAYS: dict[str, Play] = {
    "not asked, talked, the callee hangs up": planned("answer", then=after(30, "bob")),
    "not asked, talked, the caller hangs up": planned("answer", then=after(30, "alice")),
    "not asked, talked until the time limit": until_the_limit,
    "busy": planned("busy"),
    "the callee declines": planned("manual", then=after(2, "bob")),
    "nobody picks up": planned("no-answer", then=after(26)),
    "no such phone": planned("fail"),
    "the carrier refuses the callee's number": cannot_be_reached,
    "the caller gives up while it rings": planned("manual", then=after(3, "alice")),
    "not asked, a mailbox picks up": planned("voicemail", name=MAILBOX, then=after(30, "alice")),
    "asked, the callee presses 1": planned("answer", then=takes_it),
    "asked, the callee presses another key": planned("answer", then=presses("2")),
    "asked, the callee presses nothing": planned("answer", then=after(9)),
    "asked, the callee hangs up": planned("answer", then=after(2, "bob")),
    "asked, a mailbox picks up": planned("voicemail", name=MAILBOX, then=after(9)),
    "asked, the caller gives up meanwhile": planned("answer", then=after(2, "alice")),
}


def test_docs_and_tests_have_the_same_cases() -> None:
    assert list(ENDS) == list(PLAYS)


def whispers(case: str) -> list[str]:
    """The values of `Whisper` for a case: `asked` is a new Service's; a case that names neither is played with both."""
    return {"asked": ["true"], "not asked": ["false"]}.get(case.partition(",")[0], ["true", "false"])


@pytest.mark.parametrize("case, whisper", [(case, whisper) for case in PLAYS for whisper in whispers(case)])
def test_case(harness: CallsHarness, conversation: Conversation, case: str, whisper: str) -> None:
    state, duration, caller, callee = ENDS[case]
    harness.set_for_this_test(Whisper=whisper)
    PLAYS[case](harness, conversation)
    one = harness.interaction(conversation)
    assert (one["outbound_resource_state"], one["outbound_resource_status"]) == (state, state)
    assert (one["data"] != "{}") == bool(duration)
    mailbox = [f"This is the mailbox of {MAILBOX}. Leave a message after the tone."]
    assert harness.heard_sentences(conversation.alice) == words(caller)
    assert voices(harness, conversation.alice) == (mailbox if case == "not asked, a mailbox picks up" else [])
    assert harness.heard_sentences(conversation.bob) == words(callee)
    assert bridged(harness, conversation.alice) == ([conversation.alices] if state == "completed" else [])
    assert set(harness.rings(conversation.bob)) <= {conversation.bobs}
    assert {one["status"] for one in harness.calls()} <= {"completed", "busy", "failed", "no-answer", "canceled"}
    assert {one["status"] for one in harness.carrier_requests()} == {200}
    assert not harness.has_live_call(conversation)


def voices(harness: CallsHarness, phone: str) -> list[str]:
    return [str(one["text"]) for one in heard(harness, phone) if one["kind"] == "voice"]


@pytest.mark.parametrize("case", ["busy", "nobody picks up", "no such phone", "asked, a mailbox picks up"])
def test_no_callback_but_the_action_is_enough(harness: CallsHarness, conversation: Conversation, case: str) -> None:
    """The action alone is enough if no status callback comes. For the reverse see test_statuses.py."""
    harness.sim("POST", "/faults", drop_status_callbacks=True)
    harness.set_for_this_test(Whisper="true")
    PLAYS[case](harness, conversation)
    assert harness.interaction(conversation)["outbound_resource_state"] == ENDS[case][0]
    assert harness.heard_sentences(conversation.alice) == words(ENDS[case][2])


def test_a_deleted_interaction_changes_nothing_of_what_is_heard(
    harness: CallsHarness, conversation: Conversation
) -> None:
    plan(harness, conversation.bob, "manual")
    calls(harness, conversation)
    conversation.session.interactions(harness.interaction(conversation)["sid"]).delete()
    act(harness, conversation.bob, "hangup")
    assert harness.heard_sentences(conversation.alice) == words("busy")
    assert {one["status"] for one in harness.carrier_requests()} == {200}


def test_a_deleted_interaction_and_a_callee_who_is_asked(harness: CallsHarness, conversation: Conversation) -> None:
    harness.set_for_this_test(Whisper="true")
    plan(harness, conversation.bob, "manual")
    calls(harness, conversation)
    conversation.session.interactions(harness.interaction(conversation)["sid"]).delete()
    act(harness, conversation.bob, "answer")
    act(harness, conversation.bob, "keys", keys="1")
    assert harness.heard_sentences(conversation.bob) == words("whisper") and bridged(harness, conversation.bob) == [
        conversation.bobs
    ]


@pytest.mark.parametrize("what, heard_at_the_end", [("busy", "busy"), ("no-answer", "no_answer"), ("answer", None)])
def test_the_fallback_of_the_end_rings_nobody_again(
    harness: CallsHarness, conversation: Conversation, what: str, heard_at_the_end: str | None
) -> None:
    """The action's webhooks all get lost, so the carrier asks the number's fallback URL, our voice webhook."""
    plan(harness, conversation.bob, what)
    harness.sim("POST", "/faults", rules=[{"on": "voice-action", "do": "drop", "count": 6}])
    call(harness, conversation.alice, conversation.alices)
    if what == "answer":
        act(harness, conversation.bob, "hangup")
    advance(harness, 30)
    assert [one["to"] for one in harness.sim("GET", "/calls")["calls"]].count(conversation.bob) == 1
    assert said(harness, conversation.alice) == ([SENTENCES[heard_at_the_end]["en"]] if heard_at_the_end else [])
