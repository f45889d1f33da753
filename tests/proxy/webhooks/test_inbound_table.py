"""The tables of docs/inbound-messages.md, played row by row: what is recorded, and the exact TwiML."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from carrier.twiml import DECLARATION
from policy.sentences.sentences import SENTENCES
from tests.proxy.webhooks.notices import worded
from tests.proxy.webhooks.scene import Scene, Talk

NEUTRAL = SENTENCES["neutral_reply"]["en"]
WORDED = {key: SENTENCES[key]["en"] for key in ("voice_only", "unavailable", "opted_out", "opted_in")}

DOCS = Path(__file__).parents[3] / "docs" / "inbound-messages.md"
MEDIA = ["https://pictures.example/a.jpg"]


def table(title: str) -> list[list[str]]:
    """The rows of the table under a heading, without its head."""
    section = DOCS.read_text().split(f"## {title}\n")[1].split("\n## ")[0]
    rows = [line.strip("| ").split("|") for line in section.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in row] for row in rows[1:]]


ANSWERS = {name: DECLARATION + template.strip("`") for name, template in table("Answers")}
CASES = {row[0]: row[1:] for row in table("Cases")}


@dataclass(frozen=True)
class Text:
    """One inbound message; `xml` is how its parts stand in the TwiML, `body` itself if it needs no escaping."""

    sender: str
    called: str
    body: str = "is it still for sale?"
    media: tuple[str, ...] = ()
    xml: tuple[str, ...] = ()
    talk: Talk | None = None


def of(talk: Talk, **more: Any) -> Text:
    return replace(Text(talk.alice, talk.alices, talk=talk), **more)


def said(body: str, *xml: str) -> Callable[[Scene], list[Text]]:
    return lambda scene: [of(scene.open(), body=body, xml=xml)]


def strangers(*senders: str) -> Callable[[Scene], list[Text]]:
    return lambda scene: [Text(sender, scene.pool[0]) for sender in senders]


def closed(scene: Scene) -> list[Text]:
    talk = scene.open()
    talk.session.update(status="closed")
    return [of(talk)]


def deleted(scene: Scene) -> list[Text]:
    talk = scene.open()
    talk.session.delete()
    return [of(talk)]


def removed(scene: Scene) -> list[Text]:
    talk = scene.open()
    talk.session.participants(talk.bob_sid).delete()
    return [Text(talk.bob, talk.bobs, talk=talk)]


def without_partner(scene: Scene) -> list[Text]:
    talk = scene.open()
    talk.session.participants(talk.bob_sid).delete()
    return [of(talk)]


def expired(scene: Scene) -> list[Text]:
    talk = scene.open(ttl=60)
    assert scene.clock
    scene.clock.advance(61)
    return [of(talk)]


def astray(scene: Scene) -> list[Text]:
    talk = scene.open()
    return [of(talk, called=next(number for number in scene.pool if number not in (talk.alices, talk.bobs)))]


def opted_out(scene: Scene) -> list[Text]:
    talk = scene.open()
    scene.post(scene.form(talk.bob, talk.bobs, "STOP"))
    return [of(talk)]


def begun_again(scene: Scene) -> list[Text]:
    found = [of(scene.open(), body=body) for body in ("START", "Start.")]
    for one in found:
        scene.post(scene.form(one.sender, one.called, "STOP!"))
    return found


def unreachable(scene: Scene) -> list[Text]:
    talk = scene.open()
    scene.sim("POST", "/faults", refuse={"to": talk.bob, "code": 30006})
    scene.text(talk.alice, talk.alices, "to a landline")
    return [of(talk)]


SETTINGS: dict[str, Callable[[Scene], list[Text]]] = {
    "text between two participants": lambda scene: [of(scene.open())],
    "numbers that the app wrote with spaces": lambda scene: [
        of(scene.open(spell=lambda number: f"{number[:2]} ({number[2:5]}) {number[5:8]}-{number[8:]}"))
    ],
    "1,600 characters": said("x" * 1600),
    "1,601 characters": said("x" * 1601, "x" * 1500, "x" * 101),
    "characters that XML cannot carry": said("no\x00\x0b\x1f\ufffe\uffff way", "no way"),
    "markup characters": said("""<b>5 > 3 & "x" 'y'</b> ]]>""", """&lt;b&gt;5 &gt; 3 &amp; "x" 'y'&lt;/b&gt; ]]&gt;"""),
    "right-to-left": said("שלום \u202eabc\u202c مرحبا"),
    "emoji": said("👩‍👩‍👧‍👦 🇩🇪 👍🏽 e\u0301 1\ufe0f\u20e3"),
    "CRLF and tabs": said("one\r\ntwo\tthree\rfour\n", "one&#13;\ntwo\tthree&#13;four\n"),
    "text with media": lambda scene: [of(scene.open(), media=tuple(MEDIA))],
    "empty body with media": lambda scene: [of(scene.open(), body="", media=tuple(MEDIA))],
    "unknown sender": lambda scene: [Text(scene.person(), scene.pool[0])],
    "participant at a number that is not theirs": astray,
    "closed Session": closed,
    "deleted Session": deleted,
    "removed participant": removed,
    "expired, not swept yet": expired,
    "partner removed": without_partner,
    "half-open: no partner yet": lambda scene: [of(scene.open(people=1))],
    "voice-only Session": lambda scene: [of(scene.open(mode="voice-only"))],
    "STOP": said("STOP"),
    "UNSTOP": said("Unstop"),
    "START": said("START"),
    "YES": said("yes"),
    "a stopping word with a mark, or in letters that look alike": lambda scene: [
        of(scene.open(), body=body) for body in ("STOP!", "stop.", "Opt-out", "ЅТОР", "ＳＴＯＰ", "s\u200btop")
    ],
    "START after that": begun_again,
    "an ordinary word with a mark": lambda scene: [
        of(scene.open(), body=body) for body in ("Cancel?", "quit :(", "end.", "Stop?")
    ],
    "a word in a sentence": lambda scene: [of(scene.open(), body=body) for body in ("please stop", "STOP PLEASE")],
    "a stopping word to a short code": lambda scene: [Text(scene.person(), "55555", "STOP")],
    "recipient has opted out": opted_out,
    "recipient cannot be reached": unreachable,
    "a number of the pool as sender": lambda scene: [Text(scene.pool[1], scene.pool[0])],
    "anonymous sender": strangers("+266696687", "+7378742833", "RESTRICTED", "Anonymous", "UNKNOWN", ""),
    "alphanumeric sender": strangers("ACME", "My Bank 24"),
    "short code": strangers("12345", "+12345"),
    "address that is no phone number": strangers("whatsapp:+15105550001", "sip:a@b.example", "client:bob", "+1510٥٥٥"),
    "empty body": lambda scene: [of(scene.open(), body=""), of(scene.open(), body="\x00\x01")],
    "blank body": lambda scene: [of(scene.open(), body=" \r\n\t\u3000")],
}


def test_docs_and_tests_have_the_same_cases() -> None:
    assert list(CASES) == list(SETTINGS)
    assert {row[-1] for row in CASES.values()} == set(ANSWERS)


@pytest.fixture(autouse=True)
def quiet(scene: Scene) -> Iterator[None]:
    """The carrier takes each answer as it is: it notes everything that it cannot do as asked."""
    scene.sim("POST", "/reset")
    yield
    assert scene.sim("GET", "/alerts")["alerts"] == []


@pytest.mark.parametrize("case", SETTINGS)
def test_case(scene: Scene, case: str) -> None:
    event, reason, code, answer = CASES[case]
    for text in SETTINGS[case](scene):
        before = scene.writes()[1]
        twiml = arrive(scene, text)
        events = [one for one in scene.events(before) if one["t"] != "interaction.updated"]
        assert [one["t"] for one in events] == event.split(", ")
        detail = events[-1]["d"]
        assert (detail.get("reason", ""), str(detail.get("code", ""))) == (reason, code)
        assert twiml == expected(scene, ANSWERS[answer], text, detail.get("sid", ""))
        if text.talk:
            arrived(scene, text, answer)


def arrive(scene: Scene, text: Text) -> str:
    if not text.sender or not text.called.startswith("+"):
        return scene.post(scene.form(text.sender, text.called, text.body)).text
    return scene.text(text.sender, text.called, text.body, media=list(text.media))


def expected(scene: Scene, template: str, text: Text, interaction: str) -> str:
    parts = iter(text.xml or (text.body,))
    filled = re.sub(r"\{text\}", lambda _: next(parts), template)
    talk = text.talk
    known = {"sender": text.sender, "called": text.called, "neutral": NEUTRAL}
    known |= WORDED
    known |= {"recipient": talk.bob, "own": talk.bobs} if talk else {}
    known |= {"status": scene.status_url(interaction)}
    for name, value in known.items():
        filled = filled.replace(f"{{{name}}}", value)
    return filled


def arrived(scene: Scene, text: Text, answer: str) -> None:
    """On the phones, not only in the TwiML."""
    assert text.talk
    legal = re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "", text.body)
    received = scene.inbox(text.talk.bob) if text.sender != text.talk.bob else []
    assert "".join(body for _, body in received) == (legal if "relayed" in answer else "")
    assert {sender for sender, _ in received} <= {text.talk.bobs}
    # The carrier answers STOP and START itself.
    told = [one for one in scene.inbox(text.sender) if not one[1].startswith("You have successfully been")]
    assert bool(told) == (answer in ("neutral", "voice only", "unavailable", "ended", "begun again"))
    assert {sender for sender, _ in told} <= {text.called}


def test_unknown_and_closed_get_the_very_same_reply(scene: Scene) -> None:
    talk = scene.open()
    talk.session.update(status="closed")
    stranger = scene.person()
    known = scene.text(talk.alice, talk.alices, "hello?")
    unknown = scene.text(stranger, talk.alices, "hello?")
    assert known.replace(talk.alice, stranger) == unknown


def test_a_service_has_its_own_neutral_reply(scene: Scene) -> None:
    own, sender = "Zurück zur App, bitte <3", scene.person()
    with worded(scene, "neutral_reply", own):
        scene.text(sender, scene.pool[0], "hello?")
    assert scene.inbox(sender) == [(scene.pool[0], own)]
