"""Inbound calls: the table of docs/calls.md, played row by row, and the exact TwiML."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from policy.sentences import language_of, say_tag
from storage import keys
from tests.relay.calls.tables import ANSWERS, INBOUND, words
from tests.support.calls import CallsHarness
from tests.support.telephones import act, advance, call, heard, plan
from tests.support.webhooks import Conversation

FORWARDED, NAME = "+16465550777", "Ophelia Quackenbush"


@dataclass(frozen=True)
class Call:
    """`callee` is the person whose phone rings, `own` is that person's own proxy number."""

    sender: str
    called: str
    conversation: Conversation | None = None
    callee: str = ""
    own: str = ""
    more: tuple[tuple[str, str], ...] = ()


def of(conversation: Conversation, **changes: Any) -> Call:
    return replace(
        Call(conversation.alice, conversation.alices, conversation, conversation.bob, conversation.bobs), **changes
    )


def opened(**fields: Any) -> Callable[[CallsHarness], list[Call]]:
    return lambda harness: [of(harness.open(**fields))]


def strangers(*senders: str) -> Callable[[CallsHarness], list[Call]]:
    """Each of these senders calls a proxy number of a Session, and must not be taken for a Participant."""
    return lambda harness: [Call(sender, harness.open().alices) for sender in senders]


def one_too_many(harness: CallsHarness) -> list[Call]:
    today: Any = {"day": harness.time.now // 86_400_000, "answers": 100}
    harness.stack.runtime.store.client.hset(keys.service("strangers", harness.sid), mapping=today)
    return [Call(harness.new_person(), harness.open().alices)]


@pytest.fixture(autouse=True)
def answers_to_strangers(harness: CallsHarness) -> Iterator[None]:
    """Each test begins with all answers of the day."""
    harness.stack.runtime.store.client.delete(keys.service("strangers", harness.sid))
    yield
    harness.stack.runtime.store.client.delete(keys.service("strangers", harness.sid))


def closed(harness: CallsHarness) -> list[Call]:
    conversation = harness.open()
    conversation.session.update(status="closed")
    return [of(conversation)]


def deleted(harness: CallsHarness) -> list[Call]:
    conversation = harness.open()
    conversation.session.delete()
    return [of(conversation)]


def removed(harness: CallsHarness) -> list[Call]:
    conversation = harness.open()
    conversation.session.participants(conversation.bob_sid).delete()
    return [Call(conversation.bob, conversation.bobs)]


def without_partner(harness: CallsHarness) -> list[Call]:
    conversation = harness.open()
    conversation.session.participants(conversation.bob_sid).delete()
    return [of(conversation)]


def ttl_over(harness: CallsHarness) -> list[Call]:
    conversation = harness.open(ttl=60)
    harness.time.advance(61)
    return [of(conversation)]


def expiry_over(harness: CallsHarness) -> list[Call]:
    conversation = harness.open(
        date_expiry=datetime.fromtimestamp(harness.time.now // 1000, UTC) + timedelta(seconds=90)
    )
    harness.time.advance(91)
    return [of(conversation)]


def astray(harness: CallsHarness) -> list[Call]:
    conversation = harness.open()
    return [
        of(
            conversation,
            called=next(number for number in harness.pool if number not in (conversation.alices, conversation.bobs)),
        )
    ]


def timed(harness: CallsHarness) -> list[Call]:
    harness.set_for_this_test(RingTimeout="40", CallTimeLimit="600")
    return [of(harness.open())]


def the_other_way_round(harness: CallsHarness) -> list[Call]:
    conversation = harness.open()
    return [Call(conversation.bob, conversation.bobs, conversation, conversation.alice, conversation.alices)]


SETTINGS: dict[str, Callable[[CallsHarness], list[Call]]] = {
    "call between two participants": opened(),
    "the same, the other way round": the_other_way_round,
    "numbers that the app wrote with spaces": opened(
        spell=lambda number: f"{number[:2]} ({number[2:5]}) {number[5:8]}-{number[8:]}"
    ),
    "voice-only Session": opened(mode="voice-only"),
    "a call that was forwarded to the proxy number": lambda harness: [
        of(harness.open(), more=(("forwarded_from", FORWARDED),))
    ],
    "a caller who shows a name": lambda harness: [of(harness.open(), more=(("caller_name", NAME),))],
    "the Service has times of its own": timed,
    "unknown caller": lambda harness: [Call(harness.new_person(), harness.open().alices)],
    "unknown caller, more than `StrangerAnswers` in a day": one_too_many,
    "unknown satellite phone": strangers("+8816123456789", "+870123456789"),
    "participant at a number that is not theirs": astray,
    "closed Session": closed,
    "deleted Session": deleted,
    "removed participant": removed,
    "ttl over, not swept yet": ttl_over,
    "date_expiry over, not swept yet": expiry_over,
    "partner removed": without_partner,
    "half-open: no partner yet": opened(people=1),
    "message-only Session": opened(mode="message-only"),
    "anonymous caller": strangers(
        "+266696687", "+7378742833", "+2562533", "+8656696", "+86282452253", "Anonymous", "RESTRICTED", "unknown", ""
    ),
    "short code": strangers("12345", "+12345"),
    "address that is no phone number": strangers("sip:+15105551000@a.example", "client:bob", "+1510٥٥٥", "My Bank"),
    "a number of the pool as caller": lambda harness: [Call(harness.pool[1], harness.pool[0])],
}


def test_docs_and_tests_have_the_same_cases() -> None:
    assert list(INBOUND) == list(SETTINGS)
    answers = {row[3] for row in INBOUND.values()}
    first = {"sentence, key first", "sentence, connected"}
    assert answers | first | {"connected"} == set(ANSWERS)


@pytest.mark.parametrize("whisper", ["true", "false"])
@pytest.mark.parametrize("case", SETTINGS)
def test_case(harness: CallsHarness, case: str, whisper: str) -> None:
    """Without `Whisper`, only the rows with `key first` differ: they are connected at once."""
    harness.set_for_this_test(Whisper=whisper)
    event, reason, code, answer, notice = INBOUND[case]
    if whisper == "false" and answer == "key first":
        answer = "connected"
    for one in SETTINGS[case](harness):
        if one.callee:
            plan(harness, one.callee, "manual")
        before = harness.writes()[1]
        twiml = arrive(harness, one)
        events = [found for found in harness.events(before) if found["t"] != "interaction.updated"]
        assert [found["t"] for found in events] == event.split(", ")
        detail = events[-1]["d"]
        assert (detail.get("reason", ""), str(detail.get("code", ""))) == (reason, code)
        own_times = case == "the Service has times of its own"
        assert twiml == expected(harness, ANSWERS[answer], one, notice, detail.get("sid", ""), own_times)
        assert (harness.rings(one.callee) if one.callee else []) == ([one.own] if not reason else [])
        assert (harness.heard_sentences(one.sender) if one.sender else words(notice)) == words(notice)
    assert harness.sim("GET", "/alerts")["alerts"] == []


def arrive(harness: CallsHarness, one: Call) -> str:
    """Lets the call come in. Returns our TwiML."""
    if not one.sender:
        return harness.post(harness.voice_form("", one.called), harness.url("voice")).text
    sid = call(harness, one.sender, one.called, **dict(one.more))
    (asked,) = harness.sim("GET", f"/requests?kind=voice&call_sid={sid}")["requests"]
    assert asked["status"] == 200
    return str(asked["response"])


def expected(harness: CallsHarness, template: str, one: Call, notice: str, interaction: str, own_times: bool) -> str:
    known = {"callee": one.callee, "own": one.own}
    known |= {"ring": "40", "limit": "600"} if own_times else {"ring": "25", "limit": "14400"}
    known |= {purpose: harness.webhook_url(purpose, interaction) for purpose in ("status", "ended", "whisper")}
    known |= {"words": "".join(words(notice)), "tag": say_tag(language_of(one.sender))}
    for name, value in known.items():
        template = template.replace(f"{{{name}}}", value)
    return template


def test_both_directions_are_masked_and_heard(harness: CallsHarness, conversation: Conversation) -> None:
    """Neither phone shows the other person's real number, and each person hears the other."""
    for caller, number, callee, own in (
        (conversation.alice, conversation.alices, conversation.bob, conversation.bobs),
        (conversation.bob, conversation.bobs, conversation.alice, conversation.alices),
    ):
        harness.sim("POST", "/reset")
        call(harness, caller, number)
        act(harness, caller, "say", text="it is me")
        act(harness, callee, "say", text="and me")
        advance(harness, 30)
        act(harness, callee, "hangup")
        for phone, other, shown, words_of_other in (
            (caller, callee, number, "and me"),
            (callee, caller, own, "it is me"),
        ):
            sounds = heard(harness, phone)
            assert [one["text"] for one in sounds if one["kind"] == "bridged"] == [shown]
            assert [one["text"] for one in sounds if one["kind"] == "voice"] == [words_of_other]
            assert other not in str(sounds)
        assert harness.rings(callee) == [own]


def test_what_the_interaction_says_of_both_legs(harness: CallsHarness, conversation: Conversation) -> None:
    parent = call(harness, conversation.alice, conversation.alices)
    child = next(one["sid"] for one in harness.calls() if one["parent_sid"] == parent)
    live = harness.interaction(conversation)
    assert live["outbound_resource_status"] == "initiated" and live["outbound_resource_state"] == "in-progress"
    assert live["data"] == "{}"
    advance(harness, 5)
    act(harness, conversation.bob, "hangup")
    done = harness.interaction(conversation)
    assert (done["inbound_resource_sid"], done["outbound_resource_sid"]) == (parent, child)
    assert (done["inbound_participant_sid"], done["outbound_participant_sid"]) == (
        harness.alice_sid(conversation), conversation.bob_sid,
    )  # fmt: skip
    assert (done["type"], done["data"], done["inbound_resource_type"]) == ("voice", '{"duration":"5"}', "call")
    assert (done["inbound_resource_status"], done["outbound_resource_status"]) == ("in-progress", "completed")
    assert done["outbound_resource_url"].endswith(f"/Calls/{child}.json")
    read = conversation.session.interactions.list()
    assert [(one.sid, one.outbound_resource_status) for one in read] == [(done["sid"], "completed")]


def test_unknown_closed_and_expired_sound_the_very_same(harness: CallsHarness) -> None:
    """A person who finds a proxy number learns nothing by calling it."""
    conversation, over = harness.open(), harness.open(ttl=60)
    conversation.session.update(status="closed")
    harness.time.advance(61)
    asked = [
        (conversation.alice, conversation.alices),
        (over.alice, over.alices),
        (harness.new_person(), conversation.alices),
        ("", conversation.alices),
    ]
    answers = {harness.post(harness.voice_form(who, number), harness.url("voice")).content for who, number in asked}
    assert len(answers) == 1
