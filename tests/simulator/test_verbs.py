"""TwiML verbs that need only one leg, their documents, and what happens when a document cannot be fetched."""

from __future__ import annotations

import pytest
import requests
from werkzeug.wrappers import Response

from tests.simulator.conftest import ACCOUNT, ALICE, BOB, TOKEN

# Slow: plays every TwiML verb of the carrier's calls.
pytestmark = pytest.mark.slow


ACTION = 'action="/got"'


@pytest.fixture
def ring(phones, lines):
    """Returns a function: Alice calls, and the app answers with the given TwiML verbs. It returns the call's SID."""

    def call(verbs: str) -> str:
        lines.answer(f"<Response>{verbs}</Response>")
        return str(phones.call(ALICE, lines.number.phone_number)["sid"])

    return call


def status(client, sid: str) -> str:
    return str(client.calls(sid).fetch().status)


def test_say_and_play(client, phones, app, ring):
    sid = ring(
        '<Say voice="Polly.Lea" language="fr-FR" loop="2">Bonjour <emphasis>vous</emphasis></Say><Play>a.mp3</Play>'
    )
    said, again, played, _ = phones.ask("GET", f"/phones/{ALICE}")["heard"]
    assert (said["text"], said["language"], said["voice"]) == ("Bonjour vous", "fr-FR", "Polly.Lea")
    assert said["text"] == again["text"] and played["text"] == app.url + "/a.mp3"
    assert status(client, sid) == "completed"


def test_pause_keeps_ringing_before_and_waits_after_the_answer(client, phones, ring):
    sid = ring('<Pause length="3"/><Say>a</Say><Pause/><Say>b</Say>')
    assert (status(client, sid), phones.heard(ALICE)) == ("ringing", [])
    phones.pass_time(3)
    assert (status(client, sid), phones.heard(ALICE)) == ("in-progress", [("say", "a")])
    phones.pass_time(1)
    assert phones.heard(ALICE, "say") == [("say", "a"), ("say", "b")]


@pytest.mark.parametrize(
    ("attributes", "keys", "form"),
    [
        ('numDigits="2"', "123", {"Digits": "12"}),
        ("", "12#3", {"Digits": "12", "FinishedOnKey": "#"}),
        ('finishOnKey="*"', "1#*", {"Digits": "1#", "FinishedOnKey": "*"}),
        ('finishOnKey=""', "1#*", {"Digits": "1#*"}),
        ("", "#7", {"Digits": "7"}),
    ],
)
def test_gather_keys(phones, app, ring, attributes, keys, form):
    app.say("/got", "<Response><Say>thanks</Say></Response>")
    ring(f"<Gather {ACTION} {attributes}><Say>press</Say><Pause/></Gather><Say>nothing</Say>")
    phones.act(ALICE, "keys", keys=keys)
    phones.pass_time(6)
    (told,) = app.at("/got")
    assert {k: v for k, v in told.form.items() if k in ("Digits", "FinishedOnKey")} == form
    assert phones.heard(ALICE, "say") == [("say", "press"), ("say", "thanks")]


def test_gather_speech(phones, app, ring):
    ring(f'<Gather input="dtmf speech" language="pt-BR" {ACTION}/>')
    phones.act(ALICE, "say", text="sim")
    form = app.at("/got")[0].form
    assert (form["SpeechResult"], form["Language"], "Digits" in form) == ("sim", "pt-BR", False)
    assert 0 < float(form["Confidence"]) <= 1


def test_gather_nothing(phones, app, ring):
    ring(f'<Gather timeout="4" {ACTION}/><Say>nothing</Say>')
    phones.pass_time(3)
    assert phones.heard(ALICE) == []
    phones.pass_time(1)
    assert (phones.heard(ALICE, "say"), app.at("/got")) == ([("say", "nothing")], [])
    ring(f'<Gather actionOnEmptyResult="true" {ACTION}/>')
    phones.pass_time(5)
    assert app.at("/got")[0].form["Digits"] == ""


def test_gather_without_an_action_asks_the_same_document(phones, app, ring):
    ring('<Gather numDigits="1"/>')
    phones.act(ALICE, "keys", keys="4")
    first, second = app.at("/voice")
    assert ("Digits" in first.form, second.form["Digits"]) == (False, "4")
    assert (first.form["CallStatus"], second.form["CallStatus"]) == ("ringing", "in-progress")


def test_record_until_a_key_silence_or_the_end(client, phones, app, ring):
    sid = ring(f"<Record {ACTION}/><Say>silence</Say>")
    phones.act(ALICE, "say", text="please call")
    phones.act(ALICE, "say", text="me back")
    phones.pass_time(3)
    phones.act(ALICE, "keys", keys="#")
    form = app.at("/got")[0].form
    assert (form["Digits"], form["RecordingDuration"]) == ("#", "3")
    assert form["RecordingUrl"].endswith(form["RecordingSid"])
    (kept,) = client.recordings.list(call_sid=sid)
    assert (kept.sid, kept.duration) == (form["RecordingSid"], "3")
    assert client.recordings.list(call_sid="CA" + "0" * 32) == []
    sound = requests.get(form["RecordingUrl"], auth=(ACCOUNT, TOKEN), timeout=5)
    assert (sound.content[:4], sound.headers["Content-Type"]) == (b"RIFF", "audio/x-wav")
    assert [one["text"] for one in phones.ask("GET", "/recordings")["recordings"]] == ["please call me back"]
    ring(f"<Record {ACTION}/><Say>silence</Say>")
    phones.pass_time(5)
    assert (phones.heard(ALICE, "say"), len(app.at("/got"))) == ([("say", "silence")], 1)
    ring(f"<Record {ACTION}/>")
    phones.act(ALICE, "say", text="bye")
    phones.act(ALICE, "hangup")
    assert (app.at("/got")[1].form["Digits"], app.at("/got")[1].form["CallStatus"]) == ("hangup", "completed")
    client.recordings(kept.sid).delete()
    assert len(client.recordings.list()) == 1


def test_hangup_ends_it_there(client, phones, ring):
    sid = ring("<Say>bye</Say><Hangup/><Say>unheard</Say>")
    assert (status(client, sid), phones.heard(ALICE, "say")) == ("completed", [("say", "bye")])


@pytest.mark.parametrize(
    ("verbs", "outcome"),
    [
        ("<Reject/>", "no-answer"),
        ('<Reject reason="busy"/>', "busy"),
        ("<Say>x</Say><Reject/>", "completed"),
        ("<Hangup/>", "completed"),
        ("", "completed"),
    ],
)
def test_how_a_call_ends_without_talk(client, ring, verbs, outcome):
    assert status(client, ring(verbs)) == outcome


def test_redirects_relative_and_to_another_host(phones, app, lines):
    lines.number.update(voice_url=app.say("/a/voice", "<Response><Say>1</Say><Redirect>next?x=1</Redirect></Response>"))
    elsewhere = app.url.replace("127.0.0.1", "localhost")
    app.say("/a/next", f'<Response><Redirect method="GET">{elsewhere}/there</Redirect><Say>unheard</Say></Response>')
    app.say("/there", "<Response><Say>2</Say></Response>")
    sid = phones.call(ALICE, lines.number.phone_number)["sid"]
    ((second,), (third,)) = app.at("/a/next"), app.at("/there")
    assert (second.form["CallSid"], second.form["CallStatus"]) == (sid, "in-progress")
    assert third.method == "GET" and third.headers["Host"].startswith("localhost:") and f"CallSid={sid}" in third.url
    assert phones.heard(ALICE, "say") == [("say", "1"), ("say", "2")]


def test_a_redirect_at_once_still_rings(phones, app, ring):
    ring("<Redirect>/next</Redirect>")
    assert app.at("/next")[0].form["CallStatus"] == "ringing"


def test_redirects_without_end_are_ended(phones, client, ring):
    assert status(client, ring("<Redirect/>")) == "failed"
    assert phones.alerts() == [11215]


def test_a_caller_who_hangs_up_in_the_middle(client, phones, app, ring):
    sid = ring('<Say>a</Say><Pause length="60"/><Redirect>/never</Redirect>')
    phones.act(ALICE, "hangup")
    assert (status(client, sid), app.at("/never"), phones.state(ALICE)) == ("completed", [], "idle")


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ((500, ""), 11200),
        ((404, "<Response/>"), 11200),
        ("", 12100),
        ("<Response><Say>", 12100),
        ("<Other/>", 12100),
        (lambda request: Response("{}", content_type="application/json"), 12300),
    ],
)
def test_an_answer_of_no_use_fails_the_call(client, phones, lines, answer, code):
    lines.answer(answer)
    sid = phones.call(ALICE, lines.number.phone_number)["sid"]
    assert (phones.alerts(), status(client, sid)) == ([code], "failed")
    ((_, said),) = phones.heard(ALICE, "say")
    assert "error" in said


def test_words_and_sounds_need_no_twiml(phones, app, lines):
    words, sound = Response("welcome", content_type="text/plain"), Response(b"x", content_type="audio/mpeg")
    lines.answer(lambda request: words, lambda request: sound)
    for _ in range(2):
        phones.call(ALICE, lines.number.phone_number)
    assert phones.heard(ALICE, "say", "play") == [("say", "welcome"), ("play", app.url + "/voice")]


def test_the_fallback_is_asked_after_a_failure(phones, app, lines):
    lines.answer((503, ""))
    lines.number.update(voice_fallback_url=app.say("/fallback", "<Response><Say>sorry</Say></Response>"))
    phones.call(ALICE, lines.number.phone_number)
    form = app.at("/fallback")[0].form
    assert (form["ErrorCode"], form["ErrorUrl"]) == ("11200", app.url + "/voice")
    assert phones.heard(ALICE, "say") == [("say", "sorry")]


def test_the_fragment_says_what_is_tried_again(phones, app, lines):
    lines.answer((500, ""), (503, ""), "<Response><Say>hi</Say></Response>")
    lines.number.update(voice_url=app.url + "/voice#rc=2&rp=all&ct=2000&rt=4000")
    sid = phones.call(ALICE, lines.number.phone_number)["sid"]
    assert [e["status"] for e in phones.log(call_sid=sid, kind="voice")] == [500, 503, 200]
    assert len({a.headers["I-Twilio-Idempotency-Token"] for a in app.at("/voice")}) == 1
    assert phones.heard(ALICE, "say") == [("say", "hi")]


def test_an_unknown_verb_is_passed_over_with_a_warning(phones, ring):
    ring("<Message>x</Message><Dial><Sip>sip:a@b</Sip></Dial><Say>on</Say>")
    assert phones.heard(ALICE, "say") == [("say", "on")] and 12200 in phones.alerts()


def test_numbers_that_nobody_answers(client, phones, lines, owned):
    london = next(n for n in owned if n.phone_number.startswith("+44"))
    assert status(client, phones.call(ALICE, london.phone_number)["sid"]) == "failed"
    lines.answer("<Response/>")
    lines.number.update(voice_application_sid="AP" + "1" * 32)
    assert status(client, phones.call(ALICE, lines.number.phone_number)["sid"]) == "failed"
    phones.ask("POST", "/numbers", {"phone_number": "+353861234567", "capabilities": {"voice": False}})
    assert status(client, phones.call(ALICE, "+353861234567")["sid"]) == "failed"


def test_bob_hears_nothing_of_all_this(phones, ring):
    ring("<Say>only Alice</Say>")
    assert phones.heard(BOB) == []
