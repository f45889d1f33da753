"""STOP and similar words: they are not relayed and cause no callback; then nothing reaches the person until START."""

from __future__ import annotations

import json
from typing import Any

import pytest

from common.sids import new
from policy.blocks import block
from policy.sentences.sentences import SENTENCES
from proxy.cli.optouts import optouts as commands
from services.services import find_service
from storage import keys
from tests.support.webhooks import Conversation, WebhookHarness

UNAVAILABLE, ENDED, BEGUN = (SENTENCES[key]["en"] for key in ("unavailable", "opted_out", "opted_in"))


@pytest.fixture
def conversation(harness: WebhookHarness) -> Conversation:
    harness.set_fields(OptOutScope="pair", OptOutWords="")
    return harness.open()


def inbox(harness: WebhookHarness, phone: str) -> list[tuple[str, str]]:
    """The texts on a phone, without the carrier's own answers to such words."""
    return [
        (sender, body) for sender, body in harness.inbox(phone) if not body.startswith("You have successfully been")
    ]


def optouts(harness: WebhookHarness) -> dict[bytes, bytes]:
    found: Any = harness.stack.runtime.store.client.hgetall(keys.service("optouts", harness.sid))
    return dict(found)


def test_stop_then_start(harness: WebhookHarness, conversation: Conversation) -> None:
    before = harness.writes()[1]
    assert "<Response/>" in harness.text(conversation.bob, conversation.bobs, "Stop")
    assert (harness.inbox(conversation.alice), conversation.session.interactions.list()) == ([], [])
    kinds = [(event["t"], event["d"].get("code")) for event in harness.events(before)]
    assert kinds == [("person.opted_out", None), ("inbound.refused", 80901)]
    harness.text(conversation.alice, conversation.alices, "are you there?")
    assert inbox(harness, conversation.bob) == []
    assert harness.inbox(conversation.alice) == [(conversation.alices, UNAVAILABLE)]
    # Texts from the person who opted out are still relayed.
    harness.text(conversation.bob, conversation.bobs, "leave me alone")
    assert (conversation.alices, "leave me alone") in harness.inbox(conversation.alice)
    harness.text(conversation.bob, conversation.bobs, "START")
    assert (conversation.alices, "START") in harness.inbox(conversation.alice)
    harness.text(conversation.alice, conversation.alices, "welcome back")
    assert inbox(harness, conversation.bob) == [(conversation.bobs, "welcome back")]


def test_unstop_is_not_relayed(harness: WebhookHarness, conversation: Conversation) -> None:
    for text in ("STOP", "Unstop"):
        harness.text(conversation.bob, conversation.bobs, text)
    assert harness.inbox(conversation.alice) == []
    harness.text(conversation.alice, conversation.alices, "hello")
    assert inbox(harness, conversation.bob) == [(conversation.bobs, "hello")]


@pytest.mark.parametrize("scope, reached", [("pair", True), ("service", False)])
def test_how_far_it_goes(harness: WebhookHarness, conversation: Conversation, scope: str, reached: bool) -> None:
    """The same person is sent a text in another Session, from another proxy number."""
    harness.set_fields(OptOutScope=scope)
    harness.text(conversation.bob, conversation.bobs, "STOP")
    carol = harness.new_person()
    other = harness.service.sessions(harness.service.sessions.create().sid)
    there = [other.participants.create(identifier=one) for one in (conversation.bob, carol)]
    assert there[0].proxy_identifier != conversation.bobs
    harness.text(carol, there[1].proxy_identifier, "hello")
    assert (inbox(harness, conversation.bob) != []) == reached


def test_words_of_the_services_own(harness: WebhookHarness, conversation: Conversation) -> None:
    """The carrier does not know these words, so we answer; the carrier's own words still work."""
    harness.set_fields(OptOutWords="BASTA, ¡Fin!")
    harness.text(conversation.bob, conversation.bobs, "fin")
    assert inbox(harness, conversation.bob) == [(conversation.bobs, ENDED)]
    harness.text(conversation.alice, conversation.alices, "STOP")
    harness.text(conversation.bob, conversation.bobs, "hello")
    assert harness.inbox(conversation.alice)[-1][1].startswith("You have successfully been unsubscribed")
    assert len([doc for doc in optouts(harness).values() if b'"word"' in doc]) >= 1
    harness.set_fields(OptOutWords="")


@pytest.mark.parametrize("word, reached", [("YES", True), ("yes ", True), ("Yes!", False)])
def test_YES_lifts_the_carriers_block_and_ours(
    harness: WebhookHarness, conversation: Conversation, word: str, reached: bool
) -> None:
    """YES works on a long code; sources: Twilio's error page 23002 and its article on stop words."""
    harness.text(conversation.bob, conversation.bobs, "STOP")
    harness.text(conversation.bob, conversation.bobs, word)
    assert (conversation.alices, word) in harness.inbox(conversation.alice)
    harness.text(conversation.alice, conversation.alices, "hello again")
    assert ((conversation.bobs, "hello again") in harness.inbox(conversation.bob)) == reached


@pytest.mark.parametrize("word, reached", [("YES", False), ("START", True), ("UNSTOP", True)])
def test_on_a_toll_free_number(harness: WebhookHarness, word: str, reached: bool) -> None:
    """Only START and UNSTOP end the opt-out (Twilio's article on toll-free numbers); YES is still relayed."""
    alone = WebhookHarness(harness.stack, harness.clock)
    for _ in range(2):
        number = f"+1888555{next(harness.phones)}"
        alone.sim("POST", "/numbers", phone_number=number)
        alone.service.phone_numbers.create(phone_number=number)
    conversation = alone.open()
    alone.text(conversation.bob, conversation.bobs, "STOP")
    alone.text(conversation.bob, conversation.bobs, word)
    assert ((conversation.alices, word) in alone.inbox(conversation.alice)) == (word != "UNSTOP")
    alone.text(conversation.alice, conversation.alices, "hello again")
    assert ((conversation.bobs, "hello again") in alone.inbox(conversation.bob)) == reached


def test_STOP_with_a_mark_is_heeded_and_answered_by_us(harness: WebhookHarness, conversation: Conversation) -> None:
    harness.text(conversation.bob, conversation.bobs, "STOP!")
    assert inbox(harness, conversation.bob) == [(conversation.bobs, ENDED)] and harness.inbox(conversation.alice) == []
    harness.text(conversation.alice, conversation.alices, "hello")
    assert harness.inbox(conversation.alice) == [(conversation.alices, UNAVAILABLE)]
    harness.text(conversation.bob, conversation.bobs, "Start")
    assert inbox(harness, conversation.bob)[1:] == [(conversation.bobs, BEGUN)]
    harness.text(conversation.alice, conversation.alices, "welcome back")
    assert inbox(harness, conversation.bob)[2:] == [(conversation.bobs, "welcome back")]


def test_nobody_is_answered_who_may_hear_nothing(harness: WebhookHarness, conversation: Conversation) -> None:
    """We do not answer our own proxy number, which would answer back, or a person whom an operator has blocked."""
    assert "<Message" not in harness.post(harness.message_form(harness.pool[0], conversation.bobs, "STOP!")).text
    service = find_service(harness.stack.runtime, harness.sid)
    assert service and block(harness.stack.runtime, service, "person", conversation.bob)
    assert "<Message" not in harness.post(harness.message_form(conversation.bob, conversation.bobs, "STOP!")).text


def test_a_repeat_changes_nothing(harness: WebhookHarness, conversation: Conversation) -> None:
    form = harness.message_form(conversation.bob, conversation.bobs, "STOP")
    first = harness.post(form).content
    before = harness.writes()
    assert harness.post(form).content == first
    assert harness.writes() == before


def test_given_out_and_taken_up(harness: WebhookHarness, conversation: Conversation) -> None:
    harness.text(conversation.bob, conversation.bobs, "STOP")
    run = harness.stack.app.test_cli_runner()
    given = run.invoke(commands, ["export", harness.sid]).output
    assert f"{conversation.bob},{conversation.bobs}," in given
    assert conversation.bob not in json.dumps([(k.decode(), v.decode()) for k, v in optouts(harness).items()])
    assert run.invoke(commands, ["remove", harness.sid], input=given).output.endswith("removed\n")
    assert f"{conversation.bob},{conversation.bobs}" not in run.invoke(commands, ["export", harness.sid]).output
    assert run.invoke(commands, ["import", harness.sid], input=f"{conversation.bob}\n").output == "1 new\n"
    harness.text(conversation.alice, conversation.alices, "hello")
    assert inbox(harness, conversation.bob) == []
    bad = run.invoke(commands, ["import", harness.sid], input=f"{harness.new_person()}\nnobody\n")
    assert bad.exit_code != 0 and "Line 2, column identifier" in bad.output
    assert run.invoke(commands, ["export", new("KS")]).exit_code != 0
