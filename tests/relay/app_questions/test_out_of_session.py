"""out_of_session_callback_url: what the app is told about messages and calls of no Session."""

from __future__ import annotations

import re

import pytest
from standardwebhooks import Webhook
from twilio.request_validator import RequestValidator

from storage import keys
from tests.relay.app_questions.service import answer_to, configure, ring, secret, text
from tests.support.stack import ACCOUNT, TOKEN
from tests.support.telephones import call

DATE = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"
SESSION = {
    "sessionSid", "sessionStatus", "sessionMode", "sessionClosedReason", "sessionAccountSid", "sessionServiceSid",
    "sessionDateCreated", "sessionDateUpdated", "sessionDateEnded", "sessionUniqueName", "ttl",
}  # fmt: skip
PARTICIPANT = {
    "Sid", "AccountSid", "ServiceSid", "SessionSid", "Identifier", "ProxyIdentifier", "ProxyIdentifierSid",
    "DateCreated", "DateUpdated",
}  # fmt: skip
NEUTRAL = "This number is not in use for you at the moment."


def people(*sides):
    return {f"{side}Participant{name}" for side in sides for name in PARTICIPANT}


def extras(asked, form):
    return {name: value for name, value in asked.form.items() if name not in form}


def test_a_stranger_s_message_is_told_in_the_carrier_s_own_form(harness, stranger):
    who = harness.new_person()
    form, twiml = text(harness, who, harness.pool[0], "is this & that + still for sale? 🙂\n%20")
    assert "<Response/>" in twiml
    (asked,) = stranger.asked
    assert asked.form == form and asked.path == "/hooks/lost"


def test_a_stranger_s_media_are_told(harness, stranger):
    media = {
        "NumMedia": "2", "MediaUrl0": "https://m.example/0?x=1", "MediaContentType0": "image/jpeg",
        "MediaUrl1": "https://m.example/1", "MediaContentType1": "video/mp4", "MessagingServiceSid": "MG" + "1" * 32,
    }  # fmt: skip
    form = {**harness.message_form(harness.new_person(), harness.pool[0], ""), **media}
    answer_to(harness, form, harness.url())
    assert stranger.asked[0].form == form


def test_a_stranger_s_call_is_told_in_the_carrier_s_own_form(harness, stranger):
    more = {
        "CallerName": "ALICE LIDDELL",
        "ForwardedFrom": "+14155550000",
        "CalledVia": "+14155550001",
        "StirVerstat": "x",
    }
    form, _ = ring(harness, harness.new_person(), harness.pool[0])
    named, _ = ring(harness, harness.new_person(), harness.pool[0], **more)
    assert stranger.asked[0].form == form
    assert stranger.asked[1].form == {name: value for name, value in named.items() if name not in more}
    assert {"Called", "CalledCity", "CalledState", "CalledZip", "CalledCountry", "CallerZip", "CallStatus"} <= set(form)


def test_what_the_simulator_sends_arrives(harness, stranger):
    who = harness.new_person()
    harness.text(who, harness.pool[0], "hello", media=["https://pictures.example/a.jpg"])
    sid = call(harness, who, harness.pool[0], caller_name="ALICE LIDDELL", forwarded_from=harness.new_person())
    message, voice = (asked.form for asked in stranger.asked)
    assert message["NumMedia"] == "1" and message["MediaUrl0"].startswith("http")
    assert voice["CallSid"] == sid and voice["CallStatus"] == "ringing" and voice["Caller"] == who
    assert not {"CallerName", "ForwardedFrom"} & set(voice)


@pytest.mark.parametrize("kind", ["message", "voice"])
def test_a_former_session_is_told(harness, stranger, kind):
    conversation = harness.open(ttl=3600)
    conversation.session.update(status="closed")
    form, _ = (text if kind == "message" else ring)(harness, conversation.alice, conversation.alices)
    found = extras(stranger.asked[0], form)
    assert set(found) == SESSION | people("inbound", "outbound")
    shown = conversation.session.fetch()
    assert (found["sessionSid"], found["sessionUniqueName"]) == (shown.sid, shown.unique_name)
    assert (found["sessionStatus"], found["sessionClosedReason"]) == ("closed", "api")
    assert (found["sessionMode"], found["ttl"]) == ("voice-and-message", "3600")
    assert (found["sessionAccountSid"], found["sessionServiceSid"]) == (ACCOUNT, harness.sid)
    one = {p.identifier: p for p in conversation.session.participants.list()}
    for side, who in (("inbound", conversation.alice), ("outbound", conversation.bob)):
        told = {name: found[f"{side}Participant{name}"] for name in PARTICIPANT}
        assert (told["Sid"], told["Identifier"]) == (one[who].sid, who)
        assert (told["ProxyIdentifier"], told["ProxyIdentifierSid"]) == (
            one[who].proxy_identifier,
            one[who].proxy_identifier_sid,
        )
        assert (told["AccountSid"], told["ServiceSid"], told["SessionSid"]) == (ACCOUNT, harness.sid, shown.sid)
    assert all(re.fullmatch(DATE, value) for name, value in found.items() if "Date" in name)
    assert all(value for value in found.values())


def test_more_is_told_of_a_session_that_was_used(harness, stranger, clock):
    conversation = harness.open(date_expiry="2099-01-01T00:00:00Z")
    answer_to(harness, harness.message_form(conversation.alice, conversation.alices, "hello"), harness.url())
    conversation.session.update(status="closed")
    form, _ = text(harness, conversation.bob, conversation.bobs)
    found = extras(stranger.asked[0], form)
    assert {"sessionDateStarted", "sessionDateLastInteraction", "sessionDateExpiry"} == set(found) - SESSION - people(
        "inbound", "outbound"
    )
    assert (
        found["inboundParticipantIdentifier"] == conversation.bob
        and found["outboundParticipantIdentifier"] == conversation.alice
    )


def test_numbers_that_the_app_wrote_its_own_way_are_told_apart(harness, stranger):
    """Both people use one proxy number, and the app wrote their numbers in another form than the carrier's."""

    def spelled(number):
        return f"{number[:2]} ({number[2:5]}) {number[5:8]}-{number[8:]}"

    number = harness.new_number()
    harness.service.phone_numbers.create(phone_number=number)
    alice, bob = harness.new_person(), harness.new_person()
    session = harness.service.sessions(harness.service.sessions.create().sid)
    for who in (alice, bob):
        session.participants.create(identifier=spelled(who), proxy_identifier=number, friendly_name=f"N{who[-3:]}")
    session.update(status="closed")
    for who, other in ((alice, bob), (bob, alice)):
        form, _ = text(harness, who, number)
        found = extras(stranger.asked[-1], form)
        assert found["inboundParticipantIdentifier"] == spelled(who)
        assert found["outboundParticipantIdentifier"] == spelled(other)
        assert found["inboundParticipantFriendlyName"] == f"N{who[-3:]}"
        assert "sessionUniqueName" not in found


def test_an_unknown_partner_is_left_out(harness, stranger):
    conversation = harness.open(people=1)
    conversation.session.update(status="closed")
    form, _ = text(harness, conversation.alice, conversation.alices)
    assert set(extras(stranger.asked[0], form)) == SESSION - {"ttl"} | {"ttl"} | people("inbound")


def test_expired_and_not_swept_is_told_as_expired(harness, stranger, clock):
    conversation = harness.open(ttl=60)
    clock.advance(61)
    form, _ = text(harness, conversation.alice, conversation.alices)
    found = extras(stranger.asked[0], form)
    assert (found["sessionStatus"], found["sessionClosedReason"]) == ("closed", "ttl")
    assert found["sessionDateEnded"] and found["sessionSid"] == conversation.session.fetch().sid


def test_a_deleted_session_is_not_known(harness, stranger):
    conversation = harness.open()
    conversation.session.delete()
    form, _ = text(harness, conversation.alice, conversation.alices)
    assert stranger.asked[0].form == form


def test_a_removed_participant_is_told_of_the_session_that_goes_on(harness, stranger):
    conversation = harness.open()
    conversation.session.participants(conversation.bob_sid).delete()
    form, _ = text(harness, conversation.bob, conversation.bobs)
    found = extras(stranger.asked[0], form)
    assert found["sessionStatus"] == "open" and "sessionDateEnded" not in found
    assert found["inboundParticipantSid"] == conversation.bob_sid


@pytest.mark.parametrize("path", ["", "/", "/a/?key=k%20ey&b=1", "/#rc=1"])
def test_unmodified_validators_accept_it(harness, app, path):
    configure(harness, OutOfSessionCallbackUrl=app.url + path)
    text(harness, harness.new_person(), harness.pool[0], "mañana")
    url = app.url + (path.partition("#")[0] or "/")
    (asked,) = app.asked
    assert RequestValidator(TOKEN).validate(url, asked.form, asked.headers["x-twilio-signature"])
    assert not RequestValidator(TOKEN).validate(url, {**asked.form, "To": "x"}, asked.headers["x-twilio-signature"])
    Webhook(secret(harness)).verify(asked.body, asked.headers, json_parse=False)
    configure(harness, OutOfSessionCallbackUrl="")


def test_the_app_is_asked_about_so_many_strangers_a_day(harness, stranger):
    """Then they are refused as if there were no URL; people of a former Session are still told."""
    harness.stack.runtime.store.client.delete(keys.service("strangers", harness.sid))
    configure(harness, StrangerQuestions="2")
    try:
        answers = [text(harness, harness.new_person(), harness.pool[0])[1] for _ in range(3)]
        assert len(stranger.asked) == 2
        assert [NEUTRAL in answer for answer in answers] == [False, False, True]
        conversation = harness.open()
        conversation.session.update(status="closed")
        text(harness, conversation.alice, conversation.alices)
        assert len(stranger.asked) == 3 and stranger.asked[2].form["sessionStatus"] == "closed"
    finally:
        configure(harness, StrangerQuestions="")
