"""Faults that a test injects into calls, callbacks and REST."""

from __future__ import annotations

import pytest
import requests
from twilio.base.exceptions import TwilioRestException

from tests.simulator.conftest import ALICE, BOB, EVENTS, refused

# Slow: plays every fault of the carrier's calls.
pytestmark = pytest.mark.slow


CALL = {"to": ALICE, "twiml": "<Response/>"}
INITIATED, RINGING, TALKING, DONE = "initiated", "ringing", "in-progress", "completed"


def broken(phones, on: str, do: str, **more) -> None:
    phones.faults(rules={"on": on, "do": do, **more})


def a_call(phones, lines) -> list[str]:
    lines.dial('answerOnBridge="true"', EVENTS)
    phones.call(ALICE, lines.number.phone_number)
    phones.act(ALICE, "hangup")
    return [asked.form["CallStatus"] for asked in lines.app.at("/status")]


@pytest.mark.parametrize(
    ("do", "count", "told"),
    [
        ("drop", 2, [TALKING, DONE]),
        ("drop", None, []),
        ("double", 1, [INITIATED, INITIATED, RINGING, TALKING, DONE]),
        ("reorder", 1, [RINGING, INITIATED, TALKING, DONE]),
        ("reorder", None, [RINGING, INITIATED, DONE, TALKING]),
        ("delay", 1, [INITIATED, RINGING, TALKING, DONE]),
    ],
)
@pytest.mark.parametrize("on", ["call-status", "statuses"])
def test_status_callbacks(phones, lines, on, do, count, told):
    broken(phones, on, do, count=count, ms=20)
    assert a_call(phones, lines) == told


def test_old_switches_hold_for_calls_too(phones, lines):
    phones.faults(drop_status_callbacks=True)
    assert a_call(phones, lines) == []


def test_a_reordered_callback_without_successor_is_not_lost(phones, client, app, lines):
    broken(phones, "call-status", "reorder")
    events = {"status_callback": app.say("/status", "ok"), "status_callback_event": ["answered"]}
    client.calls.create(from_=lines.number.phone_number, **CALL, **events)
    phones.settle()
    assert [a.form["CallStatus"] for a in app.at("/status")] == [TALKING]


def test_reordered_statuses_of_a_message(client, phones, app, lines):
    broken(phones, "status", "reorder", count=1)
    client.messages.create(
        to=ALICE, from_=lines.number.phone_number, body="x", status_callback=app.say("/status", "ok")
    )
    phones.settle()
    assert [a.form["MessageStatus"] for a in app.at("/status")] == ["delivered", "sent"]


def test_a_doubled_voice_webhook_is_doubled_for_the_app_alone(phones, app, lines):
    broken(phones, "voice", "double", count=1)
    a_call(phones, lines)
    first, second = app.at("/voice")
    assert first.form == second.form and len(phones.calls()) == 2


def test_a_voice_webhook_that_never_arrives(phones, app, lines):
    broken(phones, "webhooks", "drop", count=1)
    lines.answer("<Response/>")
    phones.call(ALICE, lines.number.phone_number)
    assert (app.asked, phones.alerts(), phones.calls()[0]["status"]) == ([], [11200], "failed")


def test_a_phone_that_is_refused_in_dial(phones, app, lines):
    phones.faults(refuse={"to": BOB, "code": 13225})
    lines.dial('action="/act"')
    phones.call(ALICE, lines.number.phone_number)
    assert (phones.alerts(), app.at("/act")[0].form["DialCallStatus"]) == ([13225], "failed")


@pytest.mark.parametrize(("do", "status"), [("429", 429), ("500", 500), ("503", 503)])
def test_rest_refuses_and_nothing_is_done(client, phones, lines, do, status):
    broken(phones, "rest:calls", do, count=1, method="POST")
    assert client.calls.list() == []
    with pytest.raises(TwilioRestException) as error:
        client.calls.create(from_=lines.number.phone_number, **CALL)
    assert (error.value.status, client.calls.list()) == (status, [])
    client.calls.create(from_=lines.number.phone_number, **CALL)
    assert len(client.calls.list()) == 1


def test_rest_refuses_with_a_code(client, phones, lines):
    broken(phones, "rest", "refuse", code=21216, count=1)
    with refused(21216):
        client.calls.create(from_=lines.number.phone_number, **CALL)


def test_rest_does_it_and_the_client_never_knows(client, phones, lines):
    number = lines.number.phone_number
    broken(phones, "rest:calls", "accept-then-reset", count=1)
    with pytest.raises(requests.ConnectionError):
        client.calls.create(from_=number, **CALL)
    assert [c.to for c in client.calls.list()] == [ALICE]
    broken(phones, "rest:messages", "accept-then-503", count=1)
    with pytest.raises(TwilioRestException):
        client.messages.create(to=ALICE, from_=number, body="sent all the same")
    assert phones.inbox(ALICE) == [(number, "sent all the same")]


def test_rest_resets_before_anything_is_done(client, phones, lines):
    broken(phones, "rest", "reset", count=1)
    with pytest.raises(requests.ConnectionError):
        client.calls.create(from_=lines.number.phone_number, **CALL)
    assert client.calls.list() == []


def test_rest_is_slow(carrier, client, phones):
    broken(phones, "rest", "delay", ms=1500, count=1)
    with pytest.raises(requests.ReadTimeout):
        requests.get(f"{carrier.url}/2010-04-01/Accounts/x/Calls.json", timeout=0.3)
    assert client.calls.list() == []


def test_rules_are_shown_used_up_and_taken_away(carrier, client, phones):
    broken(phones, "rest", "delay", ms=1, count=2)
    phones.faults(rules=[{"on": "voice", "do": "drop"}, {"on": "rest:calls", "do": "429"}])
    client.api.accounts(client.account_sid).fetch()
    shown = phones.ask("GET", "/faults")["rules"]
    assert [(r["on"], r["do"], r["count"]) for r in shown] == [
        ("rest", "delay", 1), ("voice", "drop", None), ("rest:calls", "429", None)
    ]  # fmt: skip
    assert phones.faults(rules=[])["rules"] == []
    broken(phones, "voice", "drop")
    phones.ask("DELETE", "/faults")
    assert phones.ask("GET", "/faults")["rules"] == []


@pytest.mark.parametrize(
    "rule",
    [
        {"on": "nothing", "do": "drop"},
        {"on": "voice", "do": "429"},
        {"on": "rest", "do": "drop"},
        {"on": "voice", "do": "reorder"},
        {"on": "rest", "do": "refuse"},
        {"on": "rest", "do": "429", "count": "often"},
        "drop",
    ],
)
def test_rules_that_cannot_be(carrier, rule):
    answer = requests.post(f"{carrier.url}/sim/faults", json={"rules": rule}, timeout=5)
    assert answer.status_code == 400 and answer.json()["message"]
