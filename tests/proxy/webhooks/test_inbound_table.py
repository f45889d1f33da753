"""Runs the tables of docs/inbound-messages.md row by row: checks what is recorded, and the exact TwiML."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from carrier.twiml import DECLARATION
from policy.sentences.sentences import SENTENCES
from storage import keys
from tests.support.notices import worded
from tests.support.webhooks import Conversation, WebhookHarness

NEUTRAL = SENTENCES["neutral_reply"]["en"]
WORDED = {key: SENTENCES[key]["en"] for key in ("voice_only", "unavailable", "opted_out", "opted_in")}

DOCS = Path(__file__).parents[3] / "docs" / "inbound-messages.md"
MEDIA = ["https://pictures.example/a.jpg"]


def table(title: str) -> list[list[str]]:
    """The rows of the table under a heading, without the header row."""
    section = DOCS.read_text().split(f"## {title}\n")[1].split("\n## ")[0]
    rows = [line.strip("| ").split("|") for line in section.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in row] for row in rows[1:]]


ANSWERS = {name: DECLARATION + template.strip("`") for name, template in table("Answers")}
CASES = {row[0]: row[1:] for row in table("Cases")}


@dataclass(frozen=True)
class Text:
    """One inbound message; `xml` has its parts as the TwiML shows them, and is empty if that is just `body`."""

    sender: str
    called: str
    body: str = "is it still for sale?"
    media: tuple[str, ...] = ()
    xml: tuple[str, ...] = ()
    conversation: Conversation | None = None


def of(conversation: Conversation, **more: Any) -> Text:
    return replace(Text(conversation.alice, conversation.alices, conversation=conversation), **more)


def said(body: str, *xml: str) -> Callable[[WebhookHarness], list[Text]]:
    return lambda harness: [of(harness.open(), body=body, xml=xml)]


def strangers(*senders: str) -> Callable[[WebhookHarness], list[Text]]:
    return lambda harness: [Text(sender, harness.pool[0]) for sender in senders]


def one_too_many(harness: WebhookHarness) -> list[Text]:
    use_up_answers(harness)
    return [Text(harness.new_person(), harness.pool[0])]


def use_up_answers(harness: WebhookHarness) -> None:
    """The next strangers get no answer today; the fixture `quiet` ends that."""
    assert harness.clock
    today: Any = {"day": harness.clock.now // 86_400_000, "answers": 100}
    harness.stack.runtime.store.client.hset(keys.service("strangers", harness.sid), mapping=today)


def closed(harness: WebhookHarness) -> list[Text]:
    conversation = harness.open()
    conversation.session.update(status="closed")
    return [of(conversation)]


def deleted(harness: WebhookHarness) -> list[Text]:
    conversation = harness.open()
    conversation.session.delete()
    return [of(conversation)]


def removed(harness: WebhookHarness) -> list[Text]:
    conversation = harness.open()
    conversation.session.participants(conversation.bob_sid).delete()
    return [Text(conversation.bob, conversation.bobs, conversation=conversation)]


def without_partner(harness: WebhookHarness) -> list[Text]:
    conversation = harness.open()
    conversation.session.participants(conversation.bob_sid).delete()
    return [of(conversation)]


def expired(harness: WebhookHarness) -> list[Text]:
    conversation = harness.open(ttl=60)
    assert harness.clock
    harness.clock.advance(61)
    return [of(conversation)]


def astray(harness: WebhookHarness) -> list[Text]:
    conversation = harness.open()
    return [
        of(
            conversation,
            called=next(number for number in harness.pool if number not in (conversation.alices, conversation.bobs)),
        )
    ]


def opted_out(harness: WebhookHarness) -> list[Text]:
    conversation = harness.open()
    harness.post(harness.message_form(conversation.bob, conversation.bobs, "STOP"))
    return [of(conversation)]


def begun_again(harness: WebhookHarness) -> list[Text]:
    found = [of(harness.open(), body=body) for body in ("START", "Start.")]
    for one in found:
        harness.post(harness.message_form(one.sender, one.called, "STOP!"))
    return found


def unreachable(harness: WebhookHarness) -> list[Text]:
    conversation = harness.open()
    harness.sim("POST", "/faults", refuse={"to": conversation.bob, "code": 30006})
    harness.text(conversation.alice, conversation.alices, "to a landline")
    return [of(conversation)]


SETTINGS: dict[str, Callable[[WebhookHarness], list[Text]]] = {
    "text between two participants": lambda harness: [of(harness.open())],
    "numbers that the app wrote with spaces": lambda harness: [
        of(harness.open(spell=lambda number: f"{number[:2]} ({number[2:5]}) {number[5:8]}-{number[8:]}"))
    ],
    "1,600 characters": said("x" * 1600),
    "1,601 characters": said("x" * 1601, "x" * 1500, "x" * 101),
    "characters that XML cannot carry": said("no\x00\x0b\x1f\ufffe\uffff way", "no way"),
    "markup characters": said("""<b>5 > 3 & "x" 'y'</b> ]]>""", """&lt;b&gt;5 &gt; 3 &amp; "x" 'y'&lt;/b&gt; ]]&gt;"""),
    "right-to-left": said("שלום \u202eabc\u202c مرحبا"),
    "emoji": said("👩‍👩‍👧‍👦 🇩🇪 👍🏽 e\u0301 1\ufe0f\u20e3"),
    "CRLF and tabs": said("one\r\ntwo\tthree\rfour\n", "one&#13;\ntwo\tthree&#13;four\n"),
    "text with media": lambda harness: [of(harness.open(), media=tuple(MEDIA))],
    "empty body with media": lambda harness: [of(harness.open(), body="", media=tuple(MEDIA))],
    "unknown sender": lambda harness: [Text(harness.new_person(), harness.pool[0])],
    "unknown sender, more than `StrangerAnswers` in a day": one_too_many,
    "unknown satellite phone": strangers("+8816123456789", "+870123456789"),
    "participant at a number that is not theirs": astray,
    "closed Session": closed,
    "deleted Session": deleted,
    "removed participant": removed,
    "expired, not swept yet": expired,
    "partner removed": without_partner,
    "half-open: no partner yet": lambda harness: [of(harness.open(people=1))],
    "voice-only Session": lambda harness: [of(harness.open(mode="voice-only"))],
    "STOP": said("STOP"),
    "UNSTOP": said("Unstop"),
    "START": said("START"),
    "YES": said("yes"),
    "a stop word with punctuation, or in letters that look alike": lambda harness: [
        of(harness.open(), body=body) for body in ("STOP!", "stop.", "Opt-out", "ЅТОР", "ＳＴＯＰ", "s\u200btop")
    ],
    "START after that": begun_again,
    "an ordinary word with punctuation": lambda harness: [
        of(harness.open(), body=body) for body in ("Cancel?", "quit :(", "end.", "Stop?")
    ],
    "a word in a sentence": lambda harness: [of(harness.open(), body=body) for body in ("please stop", "STOP PLEASE")],
    "a stop word to a short code": lambda harness: [Text(harness.new_person(), "55555", "STOP")],
    "recipient has opted out": opted_out,
    "recipient cannot be reached": unreachable,
    "a number of the pool as sender": lambda harness: [Text(harness.pool[1], harness.pool[0])],
    "anonymous sender": strangers("+266696687", "+7378742833", "RESTRICTED", "Anonymous", "UNKNOWN", ""),
    "alphanumeric sender": strangers("ACME", "My Bank 24"),
    "short code": strangers("12345", "+12345"),
    "address that is no phone number": strangers("whatsapp:+15105550001", "sip:a@b.example", "client:bob", "+1510٥٥٥"),
    "empty body": lambda harness: [of(harness.open(), body=""), of(harness.open(), body="\x00\x01")],
    "blank body": lambda harness: [of(harness.open(), body=" \r\n\t\u3000")],
}


def test_docs_and_tests_have_the_same_cases() -> None:
    assert list(CASES) == list(SETTINGS)
    assert {row[-1] for row in CASES.values()} == set(ANSWERS)


@pytest.fixture(autouse=True)
def quiet(harness: WebhookHarness) -> Iterator[None]:
    """The carrier can do all that each answer asks: otherwise it records an alert."""
    harness.sim("POST", "/reset")
    yield
    harness.stack.runtime.store.client.delete(keys.service("strangers", harness.sid))
    assert harness.sim("GET", "/alerts")["alerts"] == []


@pytest.mark.parametrize("case", SETTINGS)
def test_case(harness: WebhookHarness, case: str) -> None:
    event, reason, code, answer = CASES[case]
    for text in SETTINGS[case](harness):
        before = harness.writes()[1]
        twiml = arrive(harness, text)
        events = [one for one in harness.events(before) if one["t"] != "interaction.updated"]
        assert [one["t"] for one in events] == event.split(", ")
        detail = events[-1]["d"]
        assert (detail.get("reason", ""), str(detail.get("code", ""))) == (reason, code)
        assert twiml == expected(harness, ANSWERS[answer], text, detail.get("sid", ""))
        if text.conversation:
            arrived(harness, text, answer)


def arrive(harness: WebhookHarness, text: Text) -> str:
    if not text.sender or not text.called.startswith("+"):
        return harness.post(harness.message_form(text.sender, text.called, text.body)).text
    return harness.text(text.sender, text.called, text.body, media=list(text.media))


def expected(harness: WebhookHarness, template: str, text: Text, interaction: str) -> str:
    parts = iter(text.xml or (text.body,))
    filled = re.sub(r"\{text\}", lambda _: next(parts), template)
    conversation = text.conversation
    known = {"sender": text.sender, "called": text.called, "neutral": NEUTRAL}
    known |= WORDED
    known |= {"recipient": conversation.bob, "own": conversation.bobs} if conversation else {}
    known |= {"status": harness.status_url(interaction)}
    for name, value in known.items():
        filled = filled.replace(f"{{{name}}}", value)
    return filled


def arrived(harness: WebhookHarness, text: Text, answer: str) -> None:
    """Checks what the phones received, not only the TwiML."""
    assert text.conversation
    legal = re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "", text.body)
    received = harness.inbox(text.conversation.bob) if text.sender != text.conversation.bob else []
    assert "".join(body for _, body in received) == (legal if "relayed" in answer else "")
    assert {sender for sender, _ in received} <= {text.conversation.bobs}
    # The carrier answers STOP and START itself.
    told = [one for one in harness.inbox(text.sender) if not one[1].startswith("You have successfully been")]
    assert bool(told) == (answer in ("neutral", "voice only", "unavailable", "opted out", "opted in"))
    assert {sender for sender, _ in told} <= {text.called}


def test_unknown_and_closed_get_the_very_same_reply(harness: WebhookHarness) -> None:
    conversation = harness.open()
    conversation.session.update(status="closed")
    stranger = harness.new_person()
    known = harness.text(conversation.alice, conversation.alices, "hello?")
    unknown = harness.text(stranger, conversation.alices, "hello?")
    assert known.replace(conversation.alice, stranger) == unknown


def test_a_service_has_its_own_neutral_reply(harness: WebhookHarness) -> None:
    own, sender = "Zurück zur App, bitte <3", harness.new_person()
    with worded(harness, "neutral_reply", own):
        harness.text(sender, harness.pool[0], "hello?")
    assert harness.inbox(sender) == [(harness.pool[0], own)]
