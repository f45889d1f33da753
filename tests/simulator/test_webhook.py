"""The inbound webhook: its fields, its signature, and when the carrier tries it again."""

from __future__ import annotations

import socket
from threading import Event

import pytest
from twilio.request_validator import RequestValidator
from werkzeug.wrappers import Response

from simulator import signing
from tests.simulator.conftest import ACCOUNT, ALICE, TOKEN

REPLY = "<Response><Message>thanks</Message></Response>"
CARRIED = {
    *("ToCountry", "ToState", "ToCity", "ToZip", "FromCountry", "FromState", "FromCity", "FromZip"),
    *("MessageSid", "SmsMessageSid", "SmsSid", "SmsStatus", "AccountSid", "ApiVersion"),
    *("From", "To", "Body", "NumMedia", "NumSegments"),
}


@pytest.fixture
def number(owned):
    return next(n for n in owned if n.phone_number.startswith("+1415"))


def nobody_listens() -> str:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return f"http://127.0.0.1:{server.getsockname()[1]}"


def test_what_a_text_carries_and_what_it_causes(client, phones, app, number):
    number.update(sms_url=app.say("/sms?a=b", REPLY))
    app.say("/sms", REPLY)
    answer = phones.text(ALICE, number.phone_number, "hello")
    (asked,) = app.at("/sms")
    assert set(asked.form) == CARRIED
    assert (asked.form["From"], asked.form["To"], asked.form["Body"]) == (ALICE, number.phone_number, "hello")
    assert (asked.form["ToCity"], asked.form["ToState"], asked.form["FromCountry"]) == ("SAN FRANCISCO", "CA", "US")
    assert asked.form["MessageSid"] == answer["sid"] and answer["twiml"] == REPLY
    assert phones.inbox(ALICE) == [(number.phone_number, "thanks")]
    inbound = client.messages(answer["sid"]).fetch()
    assert (inbound.direction, inbound.status) == ("inbound", "received")


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_sdk_accepts_the_signature(phones, app, number, method):
    url = app.say("/sms", "<Response/>") + "?k=v"
    number.update(sms_url=url + "#rc=2", sms_method=method)
    phones.text(ALICE, number.phone_number, "a+b & c=d é 👋 \u202e\n")
    (asked,) = app.at("/sms")
    right = RequestValidator(TOKEN)
    seen = url if method == "POST" else asked.url
    assert right.validate(seen, asked.form, asked.headers["X-Twilio-Signature"])
    assert not RequestValidator("other").validate(seen, asked.form, asked.headers["X-Twilio-Signature"])


def test_media_come_as_addresses_at_the_carrier(carrier, client, phones, app, number):
    number.update(sms_url=app.say("/sms", "<Response/>"))
    media = ["https://m.example/a.gif", {"url": "https://m.example/b", "content_type": "video/mp4"}]
    answer = phones.text(ALICE, number.phone_number, "", media=media)
    form = app.at("/sms")[0].form
    assert (form["NumMedia"], form["MediaContentType0"], form["MediaContentType1"]) == ("2", "image/gif", "video/mp4")
    assert form["MediaUrl0"].startswith(
        f"{carrier.url}/2010-04-01/Accounts/{ACCOUNT}/Messages/{answer['sid']}/Media/ME"
    )


def test_a_number_without_a_webhook_only_keeps_the_text(client, phones, number):
    answer = phones.text(ALICE, number.phone_number, "hello")
    assert answer["webhook"] is None
    assert client.messages(answer["sid"]).fetch().body == "hello"


def test_an_application_takes_the_place_of_the_url(phones, app, number):
    number.update(sms_url=app.say("/sms", REPLY), sms_application_sid="AP" + "1" * 32)
    assert phones.text(ALICE, number.phone_number, "hello")["webhook"] is None
    assert (app.asked, phones.alerts()) == ([], [11100])


def test_a_refused_connection_is_tried_once_more_by_default(phones, number):
    number.update(sms_url=nobody_listens())
    answer = phones.text(ALICE, number.phone_number, "hello")
    assert (answer["webhook"]["attempts"], answer["webhook"]["error_code"]) == (2, 11205)


@pytest.mark.parametrize(
    ("fragment", "answers", "attempts"),
    [
        ("", [(500, ""), REPLY], 1),
        ("#rp=5xx", [(500, ""), REPLY], 2),
        ("#rp=4xx", [(500, ""), REPLY], 1),
        ("#rc=0&rp=all", [(500, ""), REPLY], 1),
        ("#rc=5&rp=all&ct=2000&rt=4000", [(500, ""), (404, ""), (503, ""), REPLY], 4),
        ("#rc=2&rp=all", [(500, "")], 3),
        ("#rc=9&rp=all", [(500, "")], 2),
    ],
)
def test_the_fragment_says_what_is_tried_again(phones, app, number, fragment, answers, attempts):
    number.update(sms_url=app.say("/sms", *answers) + fragment)
    phones.text(ALICE, number.phone_number, "hello")
    asked = app.at("/sms")
    assert len(asked) == attempts
    assert len({a.headers["I-Twilio-Idempotency-Token"] for a in asked}) == 1
    assert [entry["attempt"] for entry in phones.log(kind="message")] == list(range(1, attempts + 1))


def test_rules_are_read_within_their_bounds():
    url, rules = signing.split("https://a.example/x?y=1#rc=3&rp=5xx,rt&ct=100&rt=90&tt=99999")
    assert url == "https://a.example/x?y=1"
    assert rules.policy == {"5xx", "rt"}
    assert (rules.retries, rules.connect) == (3, 0.1)
    assert (rules.read, rules.total) == (15.0, 15.0)


def test_a_slow_answer_is_tried_again_only_when_asked(phones, app, number):
    gate = Event()

    def slow(request):
        gate.wait(5)
        return Response(REPLY, content_type="text/xml")

    number.update(sms_url=app.say("/sms", slow, REPLY) + "#rc=1&rp=rt&rt=200")
    phones.text(ALICE, number.phone_number, "hello")
    gate.set()
    assert [e["failure"] for e in phones.log()] == ["rt", ""]
    assert phones.inbox(ALICE) == [(number.phone_number, "thanks")]


@pytest.mark.parametrize(
    ("first", "code"),
    [
        ((500, ""), "11200"),
        ("<Response><Message>", "12100"),
        ("<!DOCTYPE a><Response/>", "12100"),
        ("<Other/>", "12100"),
    ],
)
def test_the_fallback_is_asked_after_a_failure(phones, app, number, first, code):
    number.update(sms_url=app.say("/sms", first), sms_fallback_url=app.say("/fallback", REPLY))
    phones.text(ALICE, number.phone_number, "hello")
    (asked,) = app.at("/fallback")
    assert (asked.form["ErrorCode"], asked.form["ErrorUrl"]) == (code, app.url + "/sms")
    assert phones.inbox(ALICE) == [(number.phone_number, "thanks")]
    assert phones.alerts() == [int(code)]


def test_an_answer_of_no_use_goes_to_the_alerts(phones, app, number):
    def audio(request):
        return Response(b"x", content_type="audio/mpeg")

    def large(request):
        return Response(b"<Response/>" + b" " * 70_000, content_type="text/xml")

    number.update(sms_url=app.say("/sms", audio, large, (302, "")))
    for _ in range(3):
        phones.text(ALICE, number.phone_number, "hello")
    assert phones.alerts() == [12300, 11750, 11200]
