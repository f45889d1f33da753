"""The language that people hear: their own, or that of their number's country, or the Service's."""

from __future__ import annotations

from typing import Any

import pytest

from tests.relay.calls.tables import words
from tests.support.calls import CallsHarness
from tests.support.telephones import act, advance, call, heard, plan
from tests.support.webhooks import Conversation

# Slow: plays each sentence in each language.
pytestmark = pytest.mark.slow


#: (participant's Language, country of the number, Service's Language, the language that is spoken).
CHOICES = [
    ("es", "+1", "", "es"),
    ("es", "+33", "de", "es"),
    ("", "+33", "de", "fr"),
    ("", "+33", "", "fr"),
    ("", "+420", "de", "de"),
    ("", "+420", "", "en"),
    ("ja-JP", "+49", "fr", "ja"),
    ("", "+55", "", "pt"),
]


def people(harness: CallsHarness, caller: tuple[str, str], callee: tuple[str, str]) -> Conversation:
    """Opens a Session. Each person is given by country code and Language; the proxy numbers are American."""
    session = harness.service.sessions.create().sid
    joined: list[Any] = []
    for number, (country, language) in enumerate((caller, callee)):
        phone = harness.new_person() if country == "+1" else country + harness.new_person()[-9:]
        asked = {"Identifier": phone, "ProxyIdentifier": harness.pool[number], "Language": language}
        answer = harness.request("POST", f"/Sessions/{session}/Participants", **asked)
        assert answer.status_code == 201, answer.text
        joined.append(answer.json())
    (alice, alices, _), (bob, bobs, bob_sid) = (
        (one["identifier"], one["proxy_identifier"], one["sid"]) for one in joined
    )
    return Conversation(harness.service.sessions(session), alice, bob, alices, bobs, bob_sid)


def spoken(harness: CallsHarness, phone: str) -> list[tuple[str, str]]:
    """Each sentence that this phone heard, with the language of its voice."""
    return [(one["text"], one["language"].split("-")[0]) for one in heard(harness, phone) if one["kind"] == "say"]


@pytest.mark.parametrize(("own", "country", "service", "language"), CHOICES)
def test_the_caller_is_told(harness: CallsHarness, own: str, country: str, service: str, language: str) -> None:
    harness.set_for_this_test(Language=service)
    conversation = people(harness, (country, own), ("+81", "de"))
    plan(harness, conversation.bob, "busy")
    call(harness, conversation.alice, conversation.alices)
    assert spoken(harness, conversation.alice) == [(words("busy", language)[0], language)]


@pytest.mark.parametrize(("own", "country", "service", "language"), CHOICES)
def test_the_callee_is_asked(harness: CallsHarness, own: str, country: str, service: str, language: str) -> None:
    harness.set_for_this_test(Language=service, Whisper="true")
    conversation = people(harness, ("+81", "de"), (country, own))
    call(harness, conversation.alice, conversation.alices)
    advance(harness, 9)
    assert spoken(harness, conversation.bob) == [
        (text, language) for text in words("whisper, whisper_missed", language)
    ]
    assert spoken(harness, conversation.alice) == [(words("no_answer", "de")[0], "de")]


@pytest.mark.parametrize(("own", "country", "service", "language"), CHOICES)
def test_who_is_rung_first_is_told(harness: CallsHarness, own: str, country: str, service: str, language: str) -> None:
    """Sentences before and after the other phone rings. The carrier's webhook has the proxy number as the caller."""
    harness.set_for_this_test(Language=service)
    conversation = people(harness, ("+81", "de"), (country, own))
    plan(harness, conversation.alice, "busy")
    assert harness.order_call(conversation).status_code == 201
    harness.settle()
    assert spoken(harness, conversation.bob) == [(text, language) for text in words("calling, busy", language)]


@pytest.mark.parametrize(("own", "country", "service", "language"), CHOICES)
def test_who_is_rung_first_in_a_session_that_has_ended(
    harness: CallsHarness, own: str, country: str, service: str, language: str
) -> None:
    harness.set_for_this_test(Language=service)
    conversation = people(harness, ("+81", "de"), (country, own))
    plan(harness, conversation.bob, "manual")
    assert harness.order_call(conversation).status_code == 201
    harness.settle()
    conversation.session.update(status="closed")
    act(harness, conversation.bob, "answer")
    assert spoken(harness, conversation.bob) == [(words("unavailable", language)[0], language)]


@pytest.mark.parametrize(("own", "country", "service", "language"), CHOICES)
def test_who_cannot_call_here(harness: CallsHarness, own: str, country: str, service: str, language: str) -> None:
    harness.set_for_this_test(Language=service)
    conversation = people(harness, (country, own), ("+81", "de"))
    conversation.session.participants(conversation.bob_sid).delete()
    call(harness, conversation.alice, conversation.alices)
    assert spoken(harness, conversation.alice) == [(words("neutral_reply", language)[0], language)]


def test_a_stranger_hears_their_countrys_language(harness: CallsHarness) -> None:
    for number, language in (("+33612345678", "fr"), ("+5215512345678", "es"), ("+819012345678", "ja")):
        call(harness, number, harness.pool[0])
        assert spoken(harness, number) == [(words("neutral_reply", language)[0], language)]


def test_an_anonymous_caller_hears_the_services(harness: CallsHarness) -> None:
    harness.set_for_this_test(Language="fr")
    answer = harness.post(harness.voice_form("Anonymous", harness.pool[0]), harness.url("voice")).text
    assert words("neutral_reply", "fr")[0] in answer and 'language="fr-FR"' in answer


def test_a_notice_of_the_services_own_is_heard_in_its_voice(harness: CallsHarness, conversation: Conversation) -> None:
    own = 'Ring "them" later & try <again>'
    asked = {"Text": own, "Voice": "Polly.Amy-Neural", "Language": "en"}
    assert harness.request("POST", "/Notices/busy", **asked).status_code == 200
    try:
        plan(harness, conversation.bob, "busy")
        call(harness, conversation.alice, conversation.alices)
        (said,) = [one for one in heard(harness, conversation.alice) if one["kind"] == "say"]
        assert (said["text"], said["voice"], said["language"]) == (own, "Polly.Amy-Neural", "en-GB")
        assert harness.sim("GET", "/alerts")["alerts"] == []
    finally:
        assert harness.request("DELETE", "/Notices/busy").status_code < 300
    call(harness, conversation.alice, conversation.alices)
    assert harness.heard_sentences(conversation.alice)[-1] == words("busy")[0]
