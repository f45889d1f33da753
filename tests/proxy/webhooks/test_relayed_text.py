"""Any text arrives unchanged in meaning, and is visible through the API at once."""

from __future__ import annotations

import json
import re
from xml.etree import ElementTree

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from carrier.text_parts import MAX_UNITS, split
from tests.support.webhooks import Clock, Conversation, WebhookHarness

ANY = st.characters(exclude_categories=["Cs"])
TEXTS = st.text(ANY, max_size=200) | st.text(st.sampled_from("<>&\"'\r\n\t \0]é👍\u200d\u202e"), max_size=60)
LONG = st.builds(lambda text, times: text * times, st.text(ANY, min_size=1, max_size=40), st.integers(1, 120))
MARKS = [
    "👩‍👩‍👧‍👦", "🇩🇪", "👍🏽", "e\u0301\u0323", "1\ufe0f\u20e3", "🏴\U000e0067\U000e0062\U000e0065\U000e007f", "नि",
    "\r\n",
]  # fmt: skip


def legal(text: str) -> str:
    return re.sub("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", text)


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


@pytest.fixture(scope="module")
def conversation(harness: WebhookHarness) -> Conversation:
    return harness.open()


@settings(max_examples=100, deadline=None)
@given(text=TEXTS | LONG.filter(lambda text: len(text) <= 3200))
@example(text="\x00\ufffe")
@example(text="please stop here")
@example(text="+15105550001 or call me")
def test_any_text(harness: WebhookHarness, clock: Clock, conversation: Conversation, text: str) -> None:
    clock.advance(3)
    answer = harness.post(harness.message_form(conversation.alice, conversation.alices, text))
    root = ElementTree.fromstring(answer.content)
    if not legal(text).strip():
        assert len(root) == 0
        return
    shapes = {(one.tag, one.get("to"), one.get("from"), len(one)) for one in root}
    assert shapes == {("Message", conversation.bob, conversation.bobs, 0)}
    assert "".join(one.text or "" for one in root) == legal(text)
    assert [bool(one.get("action")) for one in root] == [False] * (len(root) - 1) + [True]


@settings(max_examples=50)
@given(LONG | st.text(st.sampled_from(["a", "\u0301", "\u200d", "👍", "🇩", "🇪"]), min_size=1500, max_size=3300))
@example("a" + "\u0301" * 4000)
@example("🇩🇪" * 1000)
def test_parts_are_what_the_carrier_takes(text: str) -> None:
    parts = split(text)
    assert "".join("".join(parts).split()) == "".join(text.split())
    assert all(part.strip() and units(part) <= MAX_UNITS for part in parts)
    assert (len(parts) <= 1) == (units(text) <= MAX_UNITS or not text.strip())


@pytest.mark.parametrize("mark", MARKS)
@pytest.mark.parametrize("lead", range(12))
def test_no_character_is_torn(mark: str, lead: int) -> None:
    text = "x" * lead + mark * 1700
    for part in split(text)[:-1]:
        assert (len(part) - part.count("x")) % len(mark) == 0


@pytest.mark.parametrize("length", [159, 160, 161, 69, 70, 71, 1500, 1501, 1599, 1600, 1601, 3000, 3001])
@pytest.mark.parametrize("letter", ["x", "€", "ж", "👍"])
def test_lengths_at_each_border(length: int, letter: str) -> None:
    parts = split(letter * length)
    assert "".join(parts) == letter * length
    assert len(parts) == (1 if units(letter * length) <= MAX_UNITS else -(-units(letter * length) // 1500))


def test_visible_at_once_through_the_api(harness: WebhookHarness) -> None:
    conversation = harness.open()
    for n, (sender, to) in enumerate(
        [(conversation.alice, conversation.alices), (conversation.bob, conversation.bobs)] * 2
    ):
        form = harness.message_form(sender, to, f"nr {n} «é»")
        assert harness.post(form).status_code == 200
        found = conversation.session.interactions.list()
        assert len(found) == n + 1
        newest = next(one for one in found if one.inbound_resource_sid == form["MessageSid"])
        assert json.loads(newest.data) == {"body": f"nr {n} «é»"}
        assert (newest.type, newest.outbound_resource_sid) == ("message", None)
        assert (newest.inbound_participant_sid == conversation.bob_sid) == (sender == conversation.bob)
        assert (newest.outbound_participant_sid == conversation.bob_sid) == (sender == conversation.alice)
        assert conversation.session.fetch().date_last_interaction is not None
    assert conversation.session.fetch().status == "in-progress"


def test_an_order_of_messages_is_kept(harness: WebhookHarness) -> None:
    conversation = harness.open()
    for n in range(5):
        harness.text(conversation.alice, conversation.alices, str(n))
    assert harness.inbox(conversation.bob) == [(conversation.bobs, str(n)) for n in range(5)]
