"""When a machine picks up, the caller never hears it unless the Service has `Whisper=false`."""

from __future__ import annotations

import pytest
import requests

from common.sids import new
from tests.relay.calls.tables import DOCS, table, words
from tests.support.calls import CallsHarness
from tests.support.stack import ACCOUNT, TOKEN
from tests.support.telephones import act, advance, bridged, call, heard, plan
from tests.support.webhooks import Conversation

OWNER = "Ophelia Quackenbush"
NO_PERSON = ["voicemail", "screening", "fax", "silent"]
WAYS = table("Mailboxes")
AT_ONCE, DETECTED, ASKED = WAYS


def default(harness: CallsHarness) -> None:
    """Sets `Whisper` to the default of a new Service."""
    harness.set_for_this_test(Whisper=str(of_new_service(harness)).lower())


def of_new_service(harness: CallsHarness) -> bool:
    url = f"{harness.stack.url}/proxy/v1/Services"
    answer = requests.post(url, {"UniqueName": new("new-")}, auth=(ACCOUNT, TOKEN), timeout=30)
    assert answer.status_code == 201
    return bool(answer.json()["whisper"])


def voices(harness: CallsHarness, phone: str) -> str:
    return " ".join(str(one["text"]) for one in heard(harness, phone) if one["kind"] == "voice")


@pytest.mark.parametrize("kind", NO_PERSON)
def test_no_machine_is_heard_by_default(harness: CallsHarness, conversation: Conversation, kind: str) -> None:
    """As README promises: when a mailbox picks up, the caller hears our sentence, never the mailbox's announcement."""
    default(harness)
    plan(harness, conversation.bob, kind, name=OWNER)
    call(harness, conversation.alice, conversation.alices)
    advance(harness, 60)
    assert (voices(harness, conversation.alice), bridged(harness, conversation.alice)) == ("", [])
    assert harness.heard_sentences(conversation.alice) == words("no_answer")
    assert harness.interaction(conversation)["outbound_resource_state"] == "no-answer"


@pytest.mark.parametrize("kind", NO_PERSON)
def test_none_is_put_through_by_click_to_call(harness: CallsHarness, conversation: Conversation, kind: str) -> None:
    """The phone that rings first may also have a mailbox, and the other Participant must not hear it."""
    default(harness)
    plan(harness, conversation.bob, kind, name=OWNER)
    assert harness.order_call(conversation).status_code == 201
    harness.settle()
    advance(harness, 60)
    assert heard(harness, conversation.alice) == []


def test_who_has_calls_screened_may_still_take_it(harness: CallsHarness, conversation: Conversation) -> None:
    default(harness)
    plan(harness, conversation.bob, "screening", name=OWNER)
    call(harness, conversation.alice, conversation.alices)
    advance(harness, 5)
    act(harness, conversation.bob, "keys", keys="1")
    assert bridged(harness, conversation.alice) == [conversation.alices]


@pytest.mark.parametrize("kind", NO_PERSON)
def test_nothing_ever_says_that_it_was_completed(harness: CallsHarness, conversation: Conversation, kind: str) -> None:
    """An app that closes the Session when a call is completed must not do so for a call that nobody answered."""
    default(harness)
    plan(harness, conversation.bob, kind, name=OWNER)
    call(harness, conversation.alice, conversation.alices)
    advance(harness, 60)
    assert outbound_states(harness, conversation)[-1] == "no-answer" and "completed" not in outbound_states(
        harness, conversation
    )


def test_a_call_that_was_taken_is_completed(harness: CallsHarness, conversation: Conversation) -> None:
    default(harness)
    plan(harness, conversation.bob, "answer", keys="1", talk=20)
    call(harness, conversation.alice, conversation.alices)
    advance(harness, 60)
    assert outbound_states(harness, conversation)[-1] == "completed" and "no-answer" not in outbound_states(
        harness, conversation
    )


def outbound_states(harness: CallsHarness, conversation: Conversation) -> list[str]:
    """The outbound states in the order in which events tell them to the app."""
    sid = harness.interaction(conversation)["sid"]
    told = [event["d"] for event in harness.events() if event["t"] == "interaction.updated"]
    return [one["outbound"]["state"] for one in told if one["sid"] == sid and one.get("outbound")]


# --- how long each way takes -----------------------------------------------------------------------------------------


def now(harness: CallsHarness) -> float:
    return float(harness.sim("GET", "/clock")["now"])


def starts(harness: CallsHarness, conversation: Conversation, way: str) -> None:
    """Alice calls Bob in this way. We do not offer machine detection, so that call uses the test's own TwiML."""
    if way == DETECTED:
        detection = f'machineDetection="Enable" amdStatusCallback="{harness.stack.url}/nowhere"'
        noun = f"<Number {detection}>{conversation.bob}</Number>"
        twiml = f'<Response><Dial answerOnBridge="true" callerId="{conversation.bobs}">{noun}</Dial></Response>'
        harness.client.calls.create(to=conversation.alice, from_=conversation.alices, twiml=twiml)
        harness.settle()
        return
    harness.set_for_this_test(Whisper=str(way == ASKED).lower())
    call(harness, conversation.alice, conversation.alices)


@pytest.mark.parametrize("way", WAYS)
def test_whether_a_mailbox_is_heard(harness: CallsHarness, conversation: Conversation, way: str) -> None:
    plan(harness, conversation.bob, "voicemail", name=OWNER)
    starts(harness, conversation, way)
    assert (OWNER in voices(harness, conversation.alice)) == (WAYS[way][0] == "yes")
    known = WAYS[way][2]
    advance(harness, 2.3)
    assert harness.carrier_requests("amd") == []
    advance(harness, 0.2)
    assert [one["params"]["AnsweredBy"] for one in harness.carrier_requests("amd")] == (
        [] if known == "never" else ["machine_start"]
    )


@pytest.mark.parametrize("way", WAYS)
def test_how_long_a_person_waits(harness: CallsHarness, conversation: Conversation, way: str) -> None:
    """A person is connected at once, or after pressing the key, three seconds later in this test."""
    plan(harness, conversation.bob, "answer")
    before = now(harness)
    starts(harness, conversation, way)
    if WAYS[way][1] == "k":
        advance(harness, 3)
        assert bridged(harness, conversation.bob) == []
        act(harness, conversation.bob, "keys", keys="1")
    assert bridged(harness, conversation.bob) != []
    assert round(now(harness) - before) == {"0": 0, "k": 3}[WAYS[way][1]]


def test_readme_promises_what_is_so() -> None:
    readme = " ".join((DOCS.parents[1] / "README.md").read_text().split())
    assert "the caller never hears the other side's own announcement, because the callee presses 1 first." in readme
