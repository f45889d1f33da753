"""All forms of Dial: whispers, several numbers, the carrier's own numbers, caller ids, conferences."""

from __future__ import annotations

import pytest

from tests.simulator.conftest import ALICE, BOB, EVENTS

# Slow: plays every way that the carrier's Dial can end.
pytestmark = pytest.mark.slow


CAROL = "+15105550003"
WHISPER = (
    '<Response><Gather numDigits="1" timeout="4" action="/accept"><Say language="de-DE">eins</Say></Gather>'
    "<Hangup/></Response>"
)
OWNER = "Maria Lopez"


def whispering(lines) -> None:
    lines.dial('answerOnBridge="true" action="/act"', f'url="/whisper" {EVENTS}')
    lines.app.say("/whisper", WHISPER)
    lines.app.say("/accept", "<Response/>")


def test_a_callee_accepts_the_whisper(phones, app, lines):
    whispering(lines)
    placed = phones.call(ALICE, lines.number.phone_number)
    assert (placed["status"], phones.state(ALICE), phones.state(BOB)) == ("ringing", "calling", "answered")
    assert phones.heard(ALICE) == []
    phones.act(BOB, "keys", keys="1")
    assert phones.state(ALICE) == phones.state(BOB) == "bridged"
    (asked,), (pressed,) = app.at("/whisper"), app.at("/accept")
    assert (asked.form["ParentCallSid"], asked.form["Direction"]) == (placed["sid"], "outbound-dial")
    assert (asked.form["CallStatus"], asked.form["From"]) == ("in-progress", lines.shown.phone_number)
    assert pressed.form["Digits"] == "1" and pressed.form["CallSid"] == asked.form["CallSid"] != placed["sid"]
    assert phones.heard(BOB, "say", "bridged") == [("say", "eins"), ("bridged", lines.shown.phone_number)]


def test_a_mailbox_never_gets_through_a_whisper(client, phones, app, lines):
    whispering(lines)
    app.say("/act", "<Response><Say>nobody is there</Say></Response>")
    phones.plan(BOB, "voicemail", name=OWNER)
    placed = phones.call(ALICE, lines.number.phone_number)
    phones.pass_time(4)
    assert phones.heard(ALICE) == [("say", "nobody is there"), ("hung-up", "completed")]
    (told,) = app.at("/act")
    assert (told.form["DialBridged"], told.form["CallStatus"]) == ("false", "ringing")
    (child,) = client.calls.list(parent_call_sid=placed["sid"])
    assert (child.status, child.duration, app.at("/accept")) == ("completed", "4", [])


def test_without_a_whisper_the_mailbox_tells_whose_it_is(phones, lines):
    lines.dial('answerOnBridge="true"')
    phones.plan(BOB, "voicemail", name=OWNER)
    phones.call(ALICE, lines.number.phone_number)
    ((_, greeting),) = phones.heard(ALICE, "voice")
    assert OWNER in greeting


def test_a_mailbox_that_never_had_a_name_tells_its_number(phones, lines):
    lines.dial()
    phones.plan(BOB, "voicemail")
    phones.call(ALICE, lines.number.phone_number)
    assert BOB in phones.heard(ALICE, "voice")[0][1]


def test_a_callee_who_hangs_up_in_the_whisper(phones, app, lines):
    whispering(lines)
    phones.call(ALICE, lines.number.phone_number)
    phones.act(BOB, "hangup")
    assert app.at("/act")[0].form["DialBridged"] == "false"


def test_a_caller_who_hangs_up_in_the_whisper(client, phones, app, lines):
    whispering(lines)
    phones.call(ALICE, lines.number.phone_number)
    phones.act(ALICE, "hangup")
    assert phones.state(BOB) == "idle"
    assert sorted(c.status for c in client.calls.list()) == ["canceled", "completed"]
    assert [a.form["CallStatus"] for a in app.at("/status")][-1] == "completed"


def test_a_plan_presses_the_key(phones, lines):
    whispering(lines)
    phones.plan(BOB, "answer", keys="1")
    phones.call(ALICE, lines.number.phone_number)
    assert phones.state(ALICE) == "bridged"


def test_a_whisper_may_not_dial(phones, app, lines):
    whispering(lines)
    app.say("/whisper", f"<Response><Dial>{CAROL}</Dial></Response>")
    phones.call(ALICE, lines.number.phone_number)
    assert 13201 in phones.alerts() and phones.state(CAROL) == "idle"


def test_a_whisper_that_cannot_be_had_loses_the_callee(phones, app, lines):
    whispering(lines)
    app.say("/whisper", (500, ""))
    phones.call(ALICE, lines.number.phone_number)
    assert app.at("/act")[0].form["DialBridged"] == "false"
    assert phones.heard(ALICE, "voice", "bridged") == []


def test_of_several_the_first_to_answer_wins(client, phones, app, lines):
    numbers = f"<Number {EVENTS}>{BOB}</Number><Number>{CAROL}</Number>"
    lines.answer(f'<Response><Dial callerId="{lines.shown.phone_number}" action="/act">{numbers}</Dial></Response>')
    phones.plan(BOB, "manual")
    phones.plan(CAROL, "answer", delay=7)
    placed = phones.call(ALICE, lines.number.phone_number)
    assert phones.state(BOB) == phones.state(CAROL) == "ringing"
    phones.pass_time(7)
    assert (phones.state(BOB), phones.state(CAROL)) == ("idle", "bridged")
    assert [a.form["CallStatus"] for a in app.at("/status")] == ["initiated", "ringing", "canceled"]
    phones.act(CAROL, "hangup")
    found = {c.to: c for c in client.calls.list(parent_call_sid=placed["sid"])}
    assert (found[BOB].status, found[CAROL].status) == ("canceled", "completed")
    assert app.at("/act")[0].form["DialCallSid"] == found[CAROL].sid


def test_when_nobody_of_several_answers(phones, app, lines):
    lines.answer(f'<Response><Dial action="/act"><Number>{BOB}</Number><Number>{CAROL}</Number></Dial></Response>')
    phones.plan(BOB, "busy")
    phones.plan(CAROL, "no-answer")
    phones.call(ALICE, lines.number.phone_number)
    phones.pass_time(30)
    assert app.at("/act")[0].form["DialCallStatus"] == "no-answer"


def test_a_plain_number_in_peoples_spelling_and_the_callers_own_id(phones, lines):
    lines.answer("<Response><Dial>(510) 555-0002</Dial></Response>")
    phones.call(ALICE, lines.number.phone_number)
    assert phones.heard(BOB, "ring") == [("ring", ALICE)]


def test_a_strangers_number_is_no_caller_id(client, phones, app, lines):
    lines.answer(f'<Response><Dial callerId="{CAROL}" action="/act"><Number {EVENTS}>{BOB}</Number></Dial></Response>')
    placed = phones.call(ALICE, lines.number.phone_number)
    assert (phones.alerts(), phones.heard(BOB)) == ([13214], [])
    assert app.at("/act")[0].form["DialCallStatus"] == "failed"
    assert [a.form["CallStatus"] for a in app.at("/status")] == ["initiated", "failed"]
    assert [c.status for c in client.calls.list(parent_call_sid=placed["sid"])] == ["failed"]


@pytest.mark.parametrize("to", ["12", "nobody", ""])
def test_what_is_no_number_cannot_be_dialled(phones, app, lines, to):
    lines.dial('action="/act"', to=to)
    phones.call(ALICE, lines.number.phone_number)
    assert (phones.alerts(), app.at("/act")[0].form["DialCallStatus"]) == ([13223], "failed")


def test_a_number_of_this_carrier_is_called_like_any_other(client, phones, app, lines):
    far = lines.shown.phone_number
    lines.answer(f'<Response><Dial callerId="{lines.number.phone_number}" action="/act">{far}</Dial></Response>')
    app.say("/far", f'<Response><Dial answerOnBridge="true">{BOB}</Dial></Response>')
    lines.shown.update(voice_url=app.url + "/far")
    phones.plan(BOB, "manual")
    phones.call(ALICE, lines.number.phone_number)
    assert app.at("/far")[0].form["From"] == lines.number.phone_number
    phones.act(BOB, "answer")
    assert phones.state(ALICE) == phones.state(BOB) == "bridged"
    phones.act(ALICE, "say", text="hello")
    phones.act(BOB, "say", text="hi")
    assert (phones.heard(BOB, "voice"), phones.heard(ALICE, "voice")) == ([("voice", "hello")], [("voice", "hi")])
    phones.act(BOB, "hangup")
    assert app.at("/act")[0].form["DialCallStatus"] == "completed"
    found = sorted((c.direction, c.status) for c in client.calls.list())
    assert found == [("inbound", "completed")] * 2 + [("outbound-dial", "completed")] * 2


def test_a_number_of_this_carrier_that_rejects_or_is_given_up(client, phones, app, lines):
    far = lines.shown.phone_number
    lines.answer(f'<Response><Dial answerOnBridge="true" action="/act">{far}</Dial></Response>')
    lines.shown.update(voice_url=app.say("/far", '<Response><Reject reason="busy"/></Response>'))
    phones.call(ALICE, lines.number.phone_number)
    assert app.at("/act")[0].form["DialCallStatus"] == "busy"
    app.say("/far", f'<Response><Dial answerOnBridge="true">{BOB}</Dial></Response>')
    phones.plan(BOB, "manual")
    phones.call(ALICE, lines.number.phone_number)
    phones.act(ALICE, "hangup")
    assert phones.state(BOB) == "idle"
    assert not [c for c in client.calls.list() if c.status in ("ringing", "in-progress", "queued")]


def conference(lines, attributes: str = "") -> None:
    lines.answer(f'<Response><Dial action="/act"><Conference {attributes}>ride</Conference></Dial></Response>')


def test_a_conference_of_three(phones, app, lines):
    conference(lines)
    for phone in (ALICE, BOB, CAROL):
        phones.call(phone, lines.number.phone_number)
    phones.act(ALICE, "say", text="hello all")
    assert phones.heard(BOB, "voice") == phones.heard(CAROL, "voice") == [("voice", "hello all")]
    assert phones.heard(ALICE, "voice") == []
    phones.act(BOB, "hangup")
    phones.act(CAROL, "say", text="still here")
    assert phones.heard(ALICE, "voice") == [("voice", "still here")]
    assert app.at("/act")[0].form["DialCallStatus"] == "answered"


def test_a_conference_waits_for_who_starts_it_and_ends_with_who_ends_it(phones, app, lines):
    conference(lines, 'startConferenceOnEnter="false"')
    phones.call(ALICE, lines.number.phone_number)
    phones.call(BOB, lines.number.phone_number)
    phones.act(ALICE, "say", text="too early")
    conference(lines, 'endConferenceOnExit="true"')
    phones.call(CAROL, lines.number.phone_number)
    phones.act(ALICE, "say", text="now")
    assert phones.heard(BOB, "voice") == phones.heard(CAROL, "voice") == [("voice", "now")]
    phones.act(CAROL, "hangup")
    assert phones.state(ALICE) == phones.state(BOB) == "idle"
    assert len(app.at("/act")) == 3
