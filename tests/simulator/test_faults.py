"""Faults that a test can inject, the carrier's stop words (STOP, START), and the control page itself."""

from __future__ import annotations

import pytest
import requests
from twilio.base.exceptions import TwilioRestException

from tests.simulator.conftest import ACCOUNT, ALICE, BOB, refused

REPLY = "<Response><Message>thanks</Message></Response>"


@pytest.fixture
def number(owned):
    return next(n for n in owned if n.phone_number.startswith("+1415"))


def test_a_handset_that_cannot_be_reached(client, phones, app, number):
    phones.faults(refuse={"to": BOB, "code": 30003})
    callback = app.say("/status", "ok")
    made = client.messages.create(to=BOB, from_=number.phone_number, body="hi", status_callback=callback)
    phones.settle()
    told = [(a.form["MessageStatus"], a.form.get("ErrorCode")) for a in app.at("/status")]
    assert told == [("sent", None), ("undelivered", "30003")]
    read = client.messages(made.sid).fetch()
    assert (read.status, read.error_code, phones.inbox(BOB)) == ("undelivered", 30003, [])


def test_a_refusal_at_once_and_its_end(client, phones, number):
    phones.faults(refuse=[{"to": BOB, "code": 21614}])
    with refused(21614):
        client.messages.create(to=BOB, from_=number.phone_number, body="hi")
    assert phones.faults(refuse={"to": BOB, "code": None})["refuse"] == {}
    client.messages.create(to=BOB, from_=number.phone_number, body="hi")
    assert phones.inbox(BOB) == [(number.phone_number, "hi")]


def test_too_many_requests_is_a_429(client, phones, number):
    phones.faults(refuse={"to": BOB, "code": 20429})
    with pytest.raises(TwilioRestException) as refused:
        client.messages.create(to=BOB, from_=number.phone_number, body="hi")
    assert refused.value.status == 429


def test_a_doubled_webhook_is_doubled_for_the_app_alone(phones, app, number):
    phones.faults(webhook_copies=2)
    number.update(sms_url=app.say("/sms", REPLY))
    phones.text(ALICE, number.phone_number, "hello")
    first, second = app.at("/sms")
    assert first.form == second.form
    assert first.headers["I-Twilio-Idempotency-Token"] == second.headers["I-Twilio-Idempotency-Token"]
    assert [e["copy"] for e in phones.log(kind="message")] == [1, 2]
    assert phones.inbox(ALICE) == [(number.phone_number, "thanks")]


def test_an_answer_lost_on_the_way_back_is_asked_for_again(phones, app, number):
    phones.faults(lose_answers=1)
    number.update(sms_url=app.say("/sms", REPLY) + "#rc=1&rp=all")
    phones.text(ALICE, number.phone_number, "hello")
    assert len(app.at("/sms")) == 2
    assert phones.inbox(ALICE) == [(number.phone_number, "thanks")]


def test_status_callbacks_can_be_dropped_and_webhooks_delayed(client, phones, app, number):
    phones.faults(drop_status_callbacks=True, delay_ms=20)
    number.update(sms_url=app.say("/sms", '<Response><Message statusCallback="/status">x</Message></Response>'))
    phones.text(ALICE, number.phone_number, "hello")
    assert (len(app.at("/sms")), app.at("/status")) == (1, [])
    assert {m.status for m in client.messages.list(to=ALICE)} == {"delivered"}


@pytest.mark.parametrize("word", ["STOP", " stop\n", "Unsubscribe"])
def test_stop_blocks_this_pair_and_start_opens_it(client, phones, app, owned, number, word):
    number.update(sms_url=app.say("/sms", '<Response><Message action="/act">again</Message></Response>'))
    phones.text(ALICE, number.phone_number, word)
    assert len(app.at("/sms")) == 1
    (told,) = app.at("/act")
    assert (told.form["MessageStatus"], told.form["ErrorCode"]) == ("failed", "21610")
    with refused(21610):
        client.messages.create(to=ALICE, from_=number.phone_number, body="hi")
    client.messages.create(to=ALICE, from_=owned[0].phone_number, body="from another")
    phones.text(ALICE, number.phone_number, "START")
    client.messages.create(to=ALICE, from_=number.phone_number, body="welcome back")
    assert [body.split()[0] for _, body in phones.inbox(ALICE)] == ["You", "from", "You", "again", "welcome"]


def test_yes_is_an_ordinary_word_for_who_never_stopped(phones, number):
    phones.text(ALICE, number.phone_number, "Yes")
    phones.text(ALICE, number.phone_number, "stop please")
    assert phones.inbox(ALICE) == []


def test_a_text_at_once_and_a_phone_that_waits(phones, app, number):
    number.update(sms_url=app.say("/sms", REPLY))
    assert set(phones.ask("POST", "/text?wait=0", {"from": ALICE, "to": number.phone_number, "body": "x"})) == {"sid"}
    assert len(phones.ask("GET", f"/inbox/{ALICE}?count=1")["messages"]) == 1
    phones.ask("DELETE", "/inbox")
    assert phones.inbox(ALICE) == []


def test_a_number_of_any_ability(client, phones, number):
    phones.ask("POST", "/numbers", {"phone_number": "+353861234567", "capabilities": {"sms": False}})
    (found,) = client.incoming_phone_numbers.list(phone_number="+353861234567")
    assert (found.account_sid, found.capabilities["sms"], found.capabilities["voice"]) == (ACCOUNT, False, True)
    made = client.messages.create(to="+353861234567", from_=number.phone_number, body="hi")
    assert client.messages(made.sid).fetch().error_code == 30006


def test_reset_keeps_the_numbers_alone(client, phones, app, number):
    number.update(sms_url=app.say("/sms", (500, "")))
    phones.text(ALICE, number.phone_number, "stop")
    phones.faults(refuse={"to": BOB, "code": 30003}, webhook_copies=3)
    phones.ask("POST", "/reset")
    assert (client.messages.list(), phones.inbox(ALICE), phones.log(), phones.alerts()) == ([], [], [], [])
    assert phones.ask("GET", "/faults")["refuse"] == {} and len(client.incoming_phone_numbers.list()) == 10
    client.messages.create(to=ALICE, from_=number.phone_number, body="hi")


@pytest.mark.parametrize(
    ("path", "fields", "status"),
    [
        ("/text", {"from": ALICE, "body": "x"}, 400),
        ("/text", {"from": ALICE, "to": "+15105559999", "body": "x"}, 404),
        ("/text", [1], 400),
        ("/faults", {"refuse": "x"}, 400),
        ("/faults", {"unheard": 1}, 400),
        ("/faults", {"delay_ms": "soon"}, 400),
        ("/accounts", {"sid": "AC1", "auth_token": "x"}, 400),
        ("/numbers", {"phone_number": "+12"}, 400),
    ],
)
def test_what_the_control_page_cannot_use_is_said(carrier, path, fields, status):
    answer = requests.post(f"{carrier.url}/sim{path}", json=fields, timeout=5)
    assert answer.status_code == status and answer.json()["message"]
