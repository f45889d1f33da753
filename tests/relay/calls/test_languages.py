"""In which language people are spoken to: their own, that of their number's country, the Service's."""

from __future__ import annotations

from typing import Any

import pytest

from tests.proxy.webhooks.scene import Talk
from tests.proxy.webhooks.telephony import act, advance, call, heard, plan
from tests.relay.calls.stage import Stage
from tests.relay.calls.tables import words

# Slow: plays each sentence in each language.
pytestmark = pytest.mark.slow


#: (participant's Language, country of the number, Service's Language) -> what is spoken.
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


def people(scene: Stage, caller: tuple[str, str], callee: tuple[str, str]) -> Talk:
    """Each a country and a Language; the proxy numbers are American."""
    session = scene.service.sessions.create().sid
    joined: list[Any] = []
    for number, (country, language) in enumerate((caller, callee)):
        phone = scene.person() if country == "+1" else country + scene.person()[-9:]
        asked = {"Identifier": phone, "ProxyIdentifier": scene.pool[number], "Language": language}
        answer = scene.ask("POST", f"/Sessions/{session}/Participants", **asked)
        assert answer.status_code == 201, answer.text
        joined.append(answer.json())
    (alice, alices, _), (bob, bobs, bob_sid) = (
        (one["identifier"], one["proxy_identifier"], one["sid"]) for one in joined
    )
    return Talk(scene.service.sessions(session), alice, bob, alices, bobs, bob_sid)


def spoken(scene: Stage, phone: str) -> list[tuple[str, str]]:
    """Each sentence and the language of its voice."""
    return [(one["text"], one["language"].split("-")[0]) for one in heard(scene, phone) if one["kind"] == "say"]


@pytest.mark.parametrize(("own", "country", "service", "language"), CHOICES)
def test_the_caller_is_told(scene: Stage, own: str, country: str, service: str, language: str) -> None:
    scene.arrange(Language=service)
    talk = people(scene, (country, own), ("+81", "de"))
    plan(scene, talk.bob, "busy")
    call(scene, talk.alice, talk.alices)
    assert spoken(scene, talk.alice) == [(words("busy", language)[0], language)]


@pytest.mark.parametrize(("own", "country", "service", "language"), CHOICES)
def test_the_callee_is_asked(scene: Stage, own: str, country: str, service: str, language: str) -> None:
    scene.arrange(Language=service, Whisper="true")
    talk = people(scene, ("+81", "de"), (country, own))
    call(scene, talk.alice, talk.alices)
    advance(scene, 9)
    assert spoken(scene, talk.bob) == [(text, language) for text in words("whisper, whisper_missed", language)]
    assert spoken(scene, talk.alice) == [(words("no_answer", "de")[0], "de")]


@pytest.mark.parametrize(("own", "country", "service", "language"), CHOICES)
def test_who_is_rung_first_is_told(scene: Stage, own: str, country: str, service: str, language: str) -> None:
    """Before and after the other is rung; the carrier names the proxy number as who calls."""
    scene.arrange(Language=service)
    talk = people(scene, ("+81", "de"), (country, own))
    plan(scene, talk.alice, "busy")
    assert scene.place(talk).status_code == 201
    scene.settle()
    assert spoken(scene, talk.bob) == [(text, language) for text in words("calling, busy", language)]


@pytest.mark.parametrize(("own", "country", "service", "language"), CHOICES)
def test_who_is_rung_first_in_a_session_that_has_ended(
    scene: Stage, own: str, country: str, service: str, language: str
) -> None:
    scene.arrange(Language=service)
    talk = people(scene, ("+81", "de"), (country, own))
    plan(scene, talk.bob, "manual")
    assert scene.place(talk).status_code == 201
    scene.settle()
    talk.session.update(status="closed")
    act(scene, talk.bob, "answer")
    assert spoken(scene, talk.bob) == [(words("unavailable", language)[0], language)]


@pytest.mark.parametrize(("own", "country", "service", "language"), CHOICES)
def test_who_cannot_call_here(scene: Stage, own: str, country: str, service: str, language: str) -> None:
    scene.arrange(Language=service)
    talk = people(scene, (country, own), ("+81", "de"))
    talk.session.participants(talk.bob_sid).delete()
    call(scene, talk.alice, talk.alices)
    assert spoken(scene, talk.alice) == [(words("neutral_reply", language)[0], language)]


def test_a_stranger_hears_their_countrys_language(scene: Stage) -> None:
    for number, language in (("+33612345678", "fr"), ("+5215512345678", "es"), ("+819012345678", "ja")):
        call(scene, number, scene.pool[0])
        assert spoken(scene, number) == [(words("neutral_reply", language)[0], language)]


def test_an_anonymous_caller_hears_the_services(scene: Stage) -> None:
    scene.arrange(Language="fr")
    answer = scene.post(scene.voice_form("Anonymous", scene.pool[0]), scene.url("voice")).text
    assert words("neutral_reply", "fr")[0] in answer and 'language="fr-FR"' in answer


def test_a_notice_of_the_services_own_is_heard_in_its_voice(scene: Stage, talk: Talk) -> None:
    own = 'Ring "them" later & try <again>'
    asked = {"Text": own, "Voice": "Polly.Amy-Neural", "Language": "en"}
    assert scene.ask("POST", "/Notices/busy", **asked).status_code == 200
    try:
        plan(scene, talk.bob, "busy")
        call(scene, talk.alice, talk.alices)
        (said,) = [one for one in heard(scene, talk.alice) if one["kind"] == "say"]
        assert (said["text"], said["voice"], said["language"]) == (own, "Polly.Amy-Neural", "en-GB")
        assert scene.sim("GET", "/alerts")["alerts"] == []
    finally:
        assert scene.ask("DELETE", "/Notices/busy").status_code < 300
    call(scene, talk.alice, talk.alices)
    assert scene.sentences(talk.alice)[-1] == words("busy")[0]
