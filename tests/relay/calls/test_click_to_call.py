"""Click to call: the tables of docs/calls.md, played row by row. Bob's phone rings first, then Alice's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from policy.sentences.sentences import SENTENCES
from tests.relay.calls.tables import ANSWERS, CLICKS, words
from tests.support.calls import CallsHarness
from tests.support.telephones import act, advance, bridged, heard, plan, said
from tests.support.webhooks import Conversation

# Slow: plays each call that the app orders until it ends.
pytestmark = pytest.mark.slow


Play = Callable[[CallsHarness, Conversation], None]


def click(harness: CallsHarness, conversation: Conversation) -> dict[str, Any]:
    answer = harness.order_call(conversation)
    assert answer.status_code == 201, answer.text
    harness.settle()
    found: dict[str, Any] = answer.json()
    return found


def first(what: str, then: Play | None = None, **more: object) -> Play:
    def play(harness: CallsHarness, conversation: Conversation) -> None:
        plan(harness, conversation.bob, what, **more)
        click(harness, conversation)
        if then:
            then(harness, conversation)

    return play


def second(what: str, then: Play | None = None, whisper: bool = False) -> Play:
    def play(harness: CallsHarness, conversation: Conversation) -> None:
        if whisper:
            harness.set_for_this_test(Whisper="true")
        plan(harness, conversation.alice, what)
        click(harness, conversation)
        if whisper:
            act(harness, conversation.bob, "keys", keys="1")
        if then:
            then(harness, conversation)

    return play


def hangs_up(who: str, seconds: float = 1) -> Play:
    def play(harness: CallsHarness, conversation: Conversation) -> None:
        advance(harness, seconds)
        act(harness, getattr(conversation, who), "hangup")

    return play


def waits(seconds: float) -> Play:
    return lambda harness, conversation: advance(harness, seconds)


def ended_by_the_app(harness: CallsHarness, conversation: Conversation) -> None:
    sid = harness.interaction(conversation)["inbound_resource_sid"]
    harness.client.calls(sid).update(status="canceled")
    harness.settle()


def meanwhile(change: Play) -> Play:
    """Makes the change while Bob's phone rings; then he picks up."""

    def play(harness: CallsHarness, conversation: Conversation) -> None:
        plan(harness, conversation.bob, "manual")
        click(harness, conversation)
        change(harness, conversation)
        act(harness, conversation.bob, "answer")

    return play


def close(harness: CallsHarness, conversation: Conversation) -> None:
    conversation.session.update(status="closed")


def expire(harness: CallsHarness, conversation: Conversation) -> None:
    conversation.session.update(
        date_expiry=datetime.fromtimestamp(harness.time.now // 1000, UTC) + timedelta(seconds=20)
    )
    harness.time.advance(21)


def remove(who: str) -> Play:
    def play(harness: CallsHarness, conversation: Conversation) -> None:
        sid = conversation.bob_sid if who == "bob" else harness.alice_sid(conversation)
        conversation.session.participants(sid).delete()

    return play


def presses_one(harness: CallsHarness, conversation: Conversation) -> None:
    act(harness, conversation.alice, "keys", keys="1")
    hangs_up("alice")(harness, conversation)


PLAYS: dict[str, Play] = {
    "both talk": second("answer", hangs_up("alice", 30)),
    "the first is busy": first("busy"),
    "the first declines": first("manual", hangs_up("bob")),
    "the first does not pick up": first("no-answer", waits(26)),
    "the first has no such phone": first("fail"),
    "the app ends it while the first rings": first("manual", ended_by_the_app),
    "the second is busy": second("busy"),
    "the second declines": second("manual", hangs_up("alice")),
    "the second does not pick up": second("no-answer", waits(26)),
    "the second has no such phone": second("fail"),
    "the first hangs up while the second rings": second("manual", hangs_up("bob")),
    "the Session is closed while the first rings": meanwhile(close),
    "date_expiry comes while the first rings": meanwhile(expire),
    "the partner is removed while the first rings": meanwhile(remove("alice")),
    "the first is removed while being rung": meanwhile(remove("bob")),
    "asked, both press 1": second("answer", presses_one, whisper=True),
    "asked, the second has a mailbox": second("voicemail", waits(9), whisper=True),
}


def test_docs_and_tests_have_the_same_cases() -> None:
    assert list(CLICKS) == list(PLAYS)


@pytest.mark.parametrize("case", PLAYS)
def test_case(harness: CallsHarness, conversation: Conversation, case: str) -> None:
    leg, state, told_first, told_second = CLICKS[case]
    before = harness.writes()[1]
    PLAYS[case](harness, conversation)
    one = harness.interaction(conversation)
    assert (one["inbound_resource_status"], one["outbound_resource_state"]) == (leg, state)
    assert one["outbound_resource_status"] == state
    assert (one["inbound_participant_sid"], one["outbound_participant_sid"]) == (
        conversation.bob_sid,
        harness.alice_sid(conversation),
    )
    assert (harness.heard_sentences(conversation.bob), harness.heard_sentences(conversation.alice)) == (
        words(told_first),
        words(told_second),
    )
    assert set(harness.rings(conversation.bob)) <= {conversation.bobs} and set(harness.rings(conversation.alice)) <= {
        conversation.alices
    }
    assert conversation.alice not in str(heard(harness, conversation.bob)) and conversation.bob not in str(
        heard(harness, conversation.alice)
    )
    assert bridged(harness, conversation.alice) == ([conversation.alices] if state == "completed" else [])
    kinds = [event["t"] for event in harness.events(before)]
    assert kinds.count("interaction.created") == 1
    assert not harness.has_live_call(conversation)
    assert {one["status"] for one in harness.carrier_requests()} <= {200}


def test_what_the_app_is_answered_and_the_first_hears(harness: CallsHarness, conversation: Conversation) -> None:
    plan(harness, conversation.bob, "manual")
    one = click(harness, conversation)
    assert one == {
        **harness.interaction(conversation),
        "inbound_resource_status": "queued",
        "date_updated": one["date_updated"],
    }
    assert (one["outbound_resource_status"], one["outbound_resource_state"]) == ("initiated", "queued")
    assert one["outbound_resource_sid"] is None and one["type"] == "voice" and one["data"] == "{}"
    (placed,) = harness.calls()
    assert (placed["sid"], placed["from"], placed["to"]) == (
        one["inbound_resource_sid"],
        conversation.bobs,
        conversation.bob,
    )
    act(harness, conversation.bob, "answer")
    advance(harness, 7)
    act(harness, conversation.alice, "hangup")
    (connected,) = [entry for entry in harness.carrier_requests("voice") if entry["params"]["CallSid"] == placed["sid"]]
    known = {"callee": conversation.alice, "own": conversation.alices, "ring": "25", "limit": "14400", "tag": "en-US"}
    known |= {purpose: harness.webhook_url(purpose, one["sid"]) for purpose in ("status", "ended")}
    twiml = ANSWERS["sentence, connected"].replace("{words}", words("calling")[0])
    for name, value in known.items():
        twiml = twiml.replace(f"{{{name}}}", value)
    assert connected["response"] == twiml
    done = harness.interaction(conversation)
    assert (done["data"], done["sid"]) == ('{"duration":"7"}', one["sid"])
    assert done["outbound_resource_sid"] == next(c["sid"] for c in harness.calls() if c["parent_sid"] == placed["sid"])


def test_a_new_partner_is_who_is_rung(harness: CallsHarness, conversation: Conversation) -> None:
    """The second Participant is chosen when the first picks up, not when the app orders the call."""
    plan(harness, conversation.bob, "manual")
    click(harness, conversation)
    carol = harness.new_person()
    conversation.session.participants(harness.alice_sid(conversation)).delete()
    added = conversation.session.participants.create(identifier=carol)
    act(harness, conversation.bob, "answer")
    assert (harness.rings(conversation.alice), harness.rings(carol)) == ([], [added.proxy_identifier])
    assert harness.interaction(conversation)["outbound_participant_sid"] == added.sid


def test_by_unique_name(harness: CallsHarness, conversation: Conversation) -> None:
    name = conversation.session.fetch().unique_name
    assert harness.request("POST", f"/Sessions/{name}/Calls", Participant=conversation.bob_sid).status_code == 201
    harness.settle()
    assert bridged(harness, conversation.alice) == [conversation.alices]


@pytest.mark.parametrize("pressed, rings", [("1", True), ("2", False), (None, False)])
def test_with_whisper_who_is_rung_first_presses_a_key_too(
    harness: CallsHarness, conversation: Conversation, pressed: str | None, rings: bool
) -> None:
    """Without this a mailbox could be connected to the other Participant, who would hear whose it is."""
    harness.set_for_this_test(Whisper="true")
    plan(harness, conversation.bob, *(["answer"] if pressed else ["voicemail"]))
    click(harness, conversation)
    assert SENTENCES["whisper"]["en"] in said(harness, conversation.bob)
    if pressed:
        act(harness, conversation.bob, "keys", keys=pressed)
    advance(harness, 30)
    assert bool(heard(harness, conversation.alice)) == rings
