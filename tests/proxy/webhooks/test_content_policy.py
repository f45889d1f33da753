"""The content policy flags, masks or stops a text, the same for every repeat; where it is off, it does nothing."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from common.identifiers import SCHEME
from common.sids import new
from policy.sentences.sentences import SENTENCES
from storage import keys
from tests.support.stack import ACCOUNT, TOKEN
from tests.support.stores import calls
from tests.support.webhooks import Conversation, WebhookHarness

NUMBER, COVERED = "call me on 415 555 0142 tonight", "call me on ••• tonight"
MODES = ("ContentPhone", "ContentCard", "ContentEmail", "ContentProfanity")


@pytest.fixture
def conversation(harness: WebhookHarness) -> Conversation:
    harness.set_fields(**dict.fromkeys(MODES, "off"))
    return harness.open()


def flags(conversation: Conversation) -> list[list[str]]:
    found = conversation.session.interactions.list()
    bodies: list[Any] = [requests.get(str(one.url), auth=(ACCOUNT, TOKEN), timeout=30).json() for one in found]
    return [body["content_flags"] for body in bodies]


def test_off_by_default(harness: WebhookHarness, conversation: Conversation) -> None:
    harness.text(conversation.alice, conversation.alices, NUMBER)
    assert (harness.inbox(conversation.bob), flags(conversation)) == ([(conversation.bobs, NUMBER)], [[]])
    assert not list(harness.stack.runtime.store.client.scan_iter(match="*:recent:*"))


@pytest.mark.parametrize("mode, arrives", [("flag", NUMBER), ("mask", COVERED)])
def test_flagged_or_covered(harness: WebhookHarness, conversation: Conversation, mode: str, arrives: str) -> None:
    harness.set_fields(ContentPhone=mode)
    harness.text(conversation.alice, conversation.alices, NUMBER)
    assert (harness.inbox(conversation.bob), flags(conversation)) == ([(conversation.bobs, arrives)], [["phone"]])
    (one,) = conversation.session.interactions.list()
    assert arrives in one.data.encode().decode("unicode_escape") if mode == "flag" else "415" not in one.data


@pytest.mark.parametrize(
    "text, trips",
    [
        ("I am at the corner", 1),
        ("I can be there in two minutes", 1),
        ("at 5", 2),
        ("0142", 2),
        ("is it 555", 2),
        ("a@example.com", 1),
    ],
)
def test_most_texts_need_one_trip_to_the_store(
    harness: WebhookHarness, conversation: Conversation, text: str, trips: int
) -> None:
    harness.set_fields(**dict.fromkeys(MODES, "flag"))
    harness.text(conversation.alice, conversation.alices, "see you")
    store = harness.stack.runtime.store
    before = calls(store, "lrange")
    harness.post(harness.message_form(conversation.alice, conversation.alices, text))
    assert calls(store, "lrange") - before == trips - 1


def test_stopped(harness: WebhookHarness, conversation: Conversation) -> None:
    harness.set_fields(ContentCard="block")
    before = harness.writes()[1]
    harness.text(conversation.alice, conversation.alices, "my card is 4111 1111 1111 1111")
    assert harness.inbox(conversation.bob) == []
    assert harness.inbox(conversation.alice) == [(conversation.alices, SENTENCES["blocked"]["en"])]
    (told,) = (event["d"] for event in harness.events(before) if event["t"] == "message.blocked")
    assert (told["reason"], told["flags"]) == ("content", ["card"])
    (one,) = conversation.session.interactions.list()
    assert (one.outbound_participant_sid, one.inbound_resource_status) == (None, "received")


def test_in_several_messages(harness: WebhookHarness, conversation: Conversation) -> None:
    harness.set_fields(ContentPhone="block")
    for part in ("my number is 415", "555", "0142"):
        harness.text(conversation.alice, conversation.alices, part)
    assert len(harness.inbox(conversation.bob)) < 3
    harness.text(conversation.bob, conversation.bobs, "0142")
    assert (conversation.alices, "0142") in harness.inbox(conversation.alice)


def test_a_repeat_gets_the_same_bytes(harness: WebhookHarness, conversation: Conversation) -> None:
    harness.set_fields(ContentPhone="mask")
    forms = [
        harness.message_form(conversation.alice, conversation.alices, part)
        for part in ("it is 415 555", "0142", NUMBER)
    ]
    first = [harness.post(form).content for form in forms]
    assert [harness.post(form).content for form in forms] == first
    assert len(conversation.session.interactions.list()) == len(forms)


def test_what_is_kept_for_it_is_sealed_and_passes(harness: WebhookHarness, conversation: Conversation) -> None:
    harness.set_fields(ContentPhone="mask")
    for n in range(15):
        harness.text(conversation.alice, conversation.alices, f"{NUMBER} at the gate {n}")
    rt = harness.stack.runtime
    client, who = rt.store.client, rt.index.of(harness.sid, SCHEME, conversation.alice)
    line = keys.service("recent", harness.sid, f"{who}|{conversation.alices}")
    rows: Any = client.lrange(line, 0, -1)
    # A search for four digits alone would find them in a random SID or seal in one of a hundred runs.
    assert len(rows) == 12 and not any(part in row for row in rows for part in (NUMBER.encode(), b"the gate"))
    assert 0 < client.ttl(line) <= 3600


@pytest.mark.parametrize("person, found", [("+15005550111", False), ("+33639981111", True)])
def test_the_sender_s_country_tells_how_numbers_are_written(
    harness: WebhookHarness, conversation: Conversation, person: str, found: bool
) -> None:
    harness.set_fields(ContentPhone="mask")
    session = harness.service.sessions(harness.service.sessions.create(unique_name=new("talk-")).sid)
    partner = harness.new_person()
    number = conversation.alices
    session.participants.create(identifier=person, proxy_identifier=number)
    session.participants.create(identifier=partner)
    text = "le bouquet est pour Loïc 06 39 98 12 34 demain"
    harness.text(person, number, text)
    ((_, arrived),) = harness.inbox(partner)
    assert arrived == (text.replace("06 39 98 12 34", "•••") if found else text)
