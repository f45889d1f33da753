"""Calls between two phones through an app: what each phone hears, what the app receives, and every way a call ends."""

from __future__ import annotations

import pytest
import requests
from twilio.request_validator import RequestValidator

from tests.simulator.conftest import ACCOUNT, ALICE, BOB, EVENTS, TOKEN

# Slow: plays whole calls between the carrier's phones.
pytestmark = pytest.mark.slow


PLACES = {
    f"{side}{part}" for side in ("From", "To", "Caller", "Called") for part in ("City", "State", "Zip", "Country")
}
CARRIED = {"CallSid", "AccountSid", "ApiVersion", "CallStatus", "Direction", "From", "To", "Caller", "Called"} | PLACES
REPORTED = CARRIED | {"ParentCallSid", "CallbackSource", "SequenceNumber", "Timestamp"}
MASKED = 'answerOnBridge="true" action="/act"'


def statuses(app) -> list[str]:
    return [asked.form["CallStatus"] for asked in app.at("/status")]


def test_two_people_talk_and_each_sees_a_stand_in_number(client, phones, app, lines):
    lines.dial(MASKED, EVENTS)
    placed = phones.call(ALICE, lines.number.phone_number)
    assert (placed["status"], phones.state(ALICE), phones.state(BOB)) == ("in-progress", "bridged", "bridged")
    phones.act(ALICE, "say", text="hello")
    phones.act(BOB, "say", text="hi there")
    phones.act(BOB, "keys", keys="5")
    phones.pass_time(90)
    phones.act(ALICE, "hangup")
    shown, dialled = lines.shown.phone_number, lines.number.phone_number
    talk = [("bridged", shown), ("voice", "hello"), ("hung-up", "completed")]
    assert phones.heard(BOB) == [("ring", shown), *talk]
    assert phones.heard(ALICE)[:3] == [("bridged", dialled), ("voice", "hi there"), ("keys", "5")]
    parent, (child,) = client.calls(placed["sid"]).fetch(), client.calls.list(parent_call_sid=placed["sid"])
    assert (parent.status, parent.direction, parent._from, parent.to) == ("completed", "inbound", ALICE, dialled)
    assert (child.status, child.direction, child._from, child.to) == ("completed", "outbound-dial", shown, BOB)
    assert (parent.duration, child.duration) == ("90", "90")
    assert parent.end_time is not None and child.start_time is not None


def test_what_the_voice_webhook_carries(phones, app, lines):
    lines.dial(MASKED)
    placed = phones.call(ALICE, lines.number.phone_number)
    (asked,) = app.at("/voice")
    form = asked.form
    assert set(form) == CARRIED
    assert (form["CallSid"], form["AccountSid"], form["ApiVersion"]) == (placed["sid"], ACCOUNT, "2010-04-01")
    assert (form["CallStatus"], form["Direction"]) == ("ringing", "inbound")
    assert form["From"] == form["Caller"] == ALICE and form["To"] == form["Called"] == lines.number.phone_number
    assert (form["ToCity"], form["CalledState"], form["CallerCountry"]) == ("SAN FRANCISCO", "CA", "US")


def test_a_caller_with_a_name_and_a_forwarding_phone(client, phones, app, lines):
    lines.answer("<Response/>")
    placed = phones.call(ALICE, lines.number.phone_number, caller_name="A NAME", forwarded_from=BOB)
    form = app.at("/voice")[0].form
    assert set(form) == CARRIED | {"CallerName", "ForwardedFrom"}
    read = client.calls(placed["sid"]).fetch()
    assert (read.caller_name, read.forwarded_from) == (form["CallerName"], form["ForwardedFrom"]) == ("A NAME", BOB)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_sdk_accepts_every_signature(phones, app, lines, method):
    lines.dial(
        f'{MASKED} method="{method}"', f'{EVENTS} statusCallbackMethod="{method}" url="/w?a=b" method="{method}"'
    )
    lines.number.update(voice_method=method, voice_url=app.url + "/voice#rc=1&rp=all", status_callback=app.url + "/end")
    phones.call(ALICE, lines.number.phone_number, caller_name="É & Co = 1")
    phones.act(BOB, "hangup")
    assert {a.path for a in app.asked} == {"/voice", "/status", "/w", "/act", "/end"}
    for asked in app.asked:
        signature = asked.headers["X-Twilio-Signature"]
        assert RequestValidator(TOKEN).validate(asked.url, asked.form, signature)
        assert not RequestValidator("other").validate(asked.url, asked.form, signature)
    assert {a.method for a in app.asked if a.path != "/end"} == {method}


def test_the_callees_progress_is_reported_in_order(phones, app, lines):
    lines.dial(MASKED, EVENTS)
    placed = phones.call(ALICE, lines.number.phone_number)
    phones.pass_time(61)
    phones.act(BOB, "hangup")
    told = [a.form for a in app.at("/status")]
    assert statuses(app) == ["initiated", "ringing", "in-progress", "completed"]
    assert [form["SequenceNumber"] for form in told] == ["0", "1", "2", "3"]
    assert all(set(form) == REPORTED for form in told[:3])
    assert set(told[3]) == REPORTED | {"Duration", "CallDuration", "SipResponseCode"}
    assert (told[3]["Duration"], told[3]["CallDuration"], told[3]["SipResponseCode"]) == ("2", "61", "200")
    assert {(f["ParentCallSid"], f["Direction"]) for f in told} == {(placed["sid"], "outbound-dial")}
    assert {f["CallbackSource"] for f in told} == {"call-progress-events"}
    assert all(f["Timestamp"].endswith("+0000") and f["CallSid"] != placed["sid"] for f in told)


@pytest.mark.parametrize(
    ("plan", "outcome", "code"), [("busy", "busy", "486"), ("fail", "failed", "404"), ("no-answer", "no-answer", "487")]
)
def test_a_callee_that_is_not_reached(client, phones, app, lines, plan, outcome, code):
    lines.dial(f'{MASKED} timeout="20"', EVENTS)
    app.say("/act", "<Response><Say language='fr-FR'>not now</Say></Response>")
    phones.plan(BOB, plan)
    placed = phones.call(ALICE, lines.number.phone_number)
    if plan == "no-answer":
        assert (phones.state(BOB), app.at("/act"), placed["status"]) == ("ringing", [], "ringing")
        phones.pass_time(20)
    (told,) = app.at("/act")
    assert (told.form["DialCallStatus"], told.form["DialBridged"]) == (outcome, "false")
    assert (told.form["CallStatus"], "DialCallDuration" in told.form) == ("ringing", False)
    assert statuses(app) == ["initiated", *(["ringing"] if plan == "no-answer" else []), outcome]
    assert app.at("/status")[-1].form["SipResponseCode"] == code
    assert phones.heard(ALICE) == [("say", "not now"), ("hung-up", "completed")]
    (child,) = client.calls.list(parent_call_sid=placed["sid"])
    assert (child.status, child.duration, child.sid) == (outcome, None, told.form["DialCallSid"])


@pytest.mark.parametrize(("plan", "outcome"), [("busy", "busy"), ("fail", "failed"), ("no-answer", "no-answer")])
def test_without_more_to_do_the_caller_sees_the_same(client, phones, lines, plan, outcome):
    lines.dial('answerOnBridge="true" timeout="5"')
    phones.plan(BOB, plan)
    placed = phones.call(ALICE, lines.number.phone_number)
    phones.pass_time(5)
    read = client.calls(placed["sid"]).fetch()
    assert (read.status, read.duration) == (outcome, None)


def test_a_callee_who_declines_is_busy(phones, app, lines):
    lines.dial(MASKED)
    phones.plan(BOB, "manual")
    phones.call(ALICE, lines.number.phone_number)
    assert phones.state(BOB) == "ringing"
    phones.act(BOB, "hangup")
    assert app.at("/act")[0].form["DialCallStatus"] == "busy"


def test_a_callee_who_picks_up_by_hand(phones, app, lines):
    lines.dial(MASKED)
    phones.plan(BOB, "manual")
    placed = phones.call(ALICE, lines.number.phone_number)
    assert placed["status"] == "ringing"
    phones.pass_time(10)
    phones.act(BOB, "answer")
    assert phones.state(ALICE) == "bridged"
    phones.pass_time(30)
    phones.act(BOB, "hangup")
    (told,) = app.at("/act")
    assert (told.form["DialCallStatus"], told.form["DialBridged"]) == ("completed", "true")
    assert (told.form["DialCallDuration"], told.form["CallStatus"]) == ("30", "in-progress")


def test_a_caller_who_gives_up_cancels_the_ringing(client, phones, app, lines):
    lines.dial(MASKED, EVENTS)
    phones.plan(BOB, "manual")
    placed = phones.call(ALICE, lines.number.phone_number)
    phones.act(ALICE, "hangup")
    assert statuses(app) == ["initiated", "ringing", "canceled"]
    (told,) = app.at("/act")
    assert (told.form["DialCallStatus"], told.form["CallStatus"]) == ("canceled", "canceled")
    assert (phones.state(BOB), client.calls(placed["sid"]).fetch().status) == ("idle", "canceled")
    assert phones.heard(BOB)[-1] == ("hung-up", "canceled")


def test_the_action_is_asked_but_not_heeded_once_the_caller_has_gone(phones, app, lines):
    lines.dial(MASKED)
    app.say("/act", "<Response><Say>still there?</Say><Dial>+15105550003</Dial></Response>")
    phones.call(ALICE, lines.number.phone_number)
    phones.act(ALICE, "hangup")
    (told,) = app.at("/act")
    assert (told.form["CallStatus"], told.form["DialCallStatus"]) == ("completed", "completed")
    assert len(phones.calls()) == 2 and phones.heard(ALICE, "say") == []


def test_the_time_limit_ends_the_callee_and_the_caller_goes_on(phones, app, lines):
    lines.dial(f'{MASKED} timeLimit="600"')
    app.say("/act", "<Response><Say>time is up</Say></Response>")
    phones.call(ALICE, lines.number.phone_number)
    phones.pass_time(599)
    assert phones.state(BOB) == "bridged"
    phones.pass_time(1)
    assert (phones.state(BOB), app.at("/act")[0].form["DialCallDuration"]) == ("idle", "600")
    assert phones.heard(ALICE, "say") == [("say", "time is up")]


def test_no_call_lasts_longer_than_four_hours(client, phones, lines):
    lines.dial()
    placed = phones.call(ALICE, lines.number.phone_number)
    phones.pass_time(4 * 3600)
    assert {c.status for c in client.calls.list()} == {"completed"}
    assert client.calls(placed["sid"]).fetch().duration == "14400"


def test_without_answer_on_bridge_the_caller_is_in_progress_at_once(phones, app, lines):
    lines.dial('action="/act"')
    phones.plan(BOB, "busy")
    phones.call(ALICE, lines.number.phone_number)
    assert app.at("/act")[0].form["CallStatus"] == "in-progress"


@pytest.mark.parametrize(("caller", "callee", "who"), [(30, 0, ALICE), (0, 40, BOB)])
def test_people_who_hang_up_by_themselves(client, phones, lines, caller, callee, who):
    lines.dial(MASKED)
    phones.plan(BOB, "answer", delay=5, talk=callee)
    placed = phones.call(ALICE, lines.number.phone_number, talk=caller)
    assert placed["status"] == "ringing"
    phones.pass_time(5)
    phones.pass_time(caller + callee)
    assert client.calls(placed["sid"]).fetch().duration == str(caller + callee)
    assert phones.heard(who)[-1] == ("hung-up", "completed")


def test_the_numbers_own_callback_tells_the_end(phones, app, lines):
    lines.dial()
    lines.number.update(status_callback=app.say("/end", "ok"))
    placed = phones.call(ALICE, lines.number.phone_number)
    phones.pass_time(3)
    phones.act(ALICE, "hangup")
    (told,) = app.at("/end")
    assert (told.form["CallSid"], told.form["CallStatus"], told.form["CallDuration"]) == (
        placed["sid"],
        "completed",
        "3",
    )


def test_a_fast_clock_lets_nobody_wait(client, phones, lines):
    phones.ask("POST", "/clock", {"speed": 1000})
    lines.dial('answerOnBridge="true" timeout="20"')
    phones.plan(BOB, "no-answer")
    sid = phones.call(ALICE, lines.number.phone_number)["sid"]
    assert phones.ask("GET", f"/calls/{sid}?status=over&timeout=20")["status"] == "no-answer"


def test_somebody_may_wait_for_a_phone(phones, lines):
    lines.dial()
    phones.plan(BOB, "manual")
    phones.ask("POST", "/call", {"from": ALICE, "to": lines.number.phone_number})
    assert phones.ask("GET", f"/phones/{BOB}?state=ringing&timeout=20")["state"] == "ringing"


@pytest.mark.parametrize(
    ("path", "fields", "status"),
    [
        ("/call", {"from": ALICE, "to": "+15105559999"}, 404),
        ("/call", {"from": ALICE}, 400),
        (f"/phones/{BOB}/answer", {}, 409),
        (f"/phones/{BOB}/hangup", {}, 409),
        (f"/phones/{BOB}/keys", {}, 400),
        (f"/phones/{BOB}/dance", {}, 404),
        (f"/phones/{BOB}/plan", {"plan": "sing"}, 400),
        (f"/phones/{BOB}/plan", {"plan": "answer", "delay": "soon"}, 400),
        ("/clock", {"speed": "fast"}, 400),
        ("/clock", {"advance": -1}, 400),
    ],
)
def test_what_the_control_page_of_calls_cannot_use_is_said(carrier, path, fields, status):
    answer = requests.post(f"{carrier.url}/sim{path}", json=fields, timeout=5)
    assert answer.status_code == status and answer.json()["message"]
