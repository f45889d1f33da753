"""How the simulator runs TwiML for texts: Message with all its attributes, Redirect, and documents that are invalid."""

from __future__ import annotations

import pytest
from twilio.request_validator import RequestValidator

from simulator.twiml import MessageVerb, TwimlError, parse
from tests.simulator.conftest import ALICE, BOB, TOKEN


@pytest.fixture
def number(owned):
    return next(n for n in owned if n.phone_number.startswith("+1415"))


@pytest.fixture
def other(owned):
    return next(n for n in owned if n.phone_number.startswith("+1212"))


def only(text: str) -> MessageVerb:
    (verb,) = parse(text.encode(), "text/xml; charset=utf-8").verbs
    assert isinstance(verb, MessageVerb)
    return verb


def test_the_ways_to_write_a_body():
    assert only("<Response><Message> as it is\n</Message></Response>").body == " as it is\n"
    assert only("<Response><Message>\n <Body> a &lt; b</Body>\n</Message></Response>").body == " a < b"
    media = only("<Response><Message>\n<Media> https://m.example/a </Media>\n</Message></Response>")
    assert (media.body, media.media) == ("", ("https://m.example/a",))
    assert only("<Response><!-- note --><Message>x<!-- y -->z</Message></Response>").body == "xz"


def test_documents_that_are_none():
    assert parse(b"", "").verbs == parse(b"  ", "text/html").verbs == ()
    for text in (
        "<Response>",
        "<a/>",
        "x",
        '<!DOCTYPE r [<!ENTITY e "x">]><Response><Message>&e;</Message></Response>',
    ):
        with pytest.raises(TwimlError):
            parse(text.encode(), "text/xml")
    assert parse(b"<Response><Say>hi</Say></Response>", "text/xml").warnings


def test_a_masked_message_with_action_and_callbacks(client, phones, app, number, other):
    twiml = (
        f'<Response><Message to="{BOB}" from="{other.phone_number}" action="/act" statusCallback="/status">'
        "<Body>hello</Body><Media>https://m.example/a.jpg</Media></Message></Response>"
    )
    number.update(sms_url=app.say("/sms", twiml))
    answer = phones.text(ALICE, number.phone_number, "hello")
    assert phones.inbox(BOB) == [(other.phone_number, "hello")]
    (acted,) = app.at("/act")
    sid = acted.form["MessageSid"]
    assert acted.form["MessageStatus"] == "queued" and sid != answer["sid"]
    assert [a.form["MessageStatus"] for a in app.at("/status")] == ["sent", "delivered"]
    for asked in app.asked:
        assert RequestValidator(TOKEN).validate(asked.url, asked.form, asked.headers["X-Twilio-Signature"])
    sent = client.messages(sid).fetch()
    assert (sent.direction, sent.status, sent.num_media) == ("outbound-reply", "delivered", "1")


def test_the_action_answers_with_more_twiml_and_ends_the_first(phones, app, number):
    number.update(
        sms_url=app.say(
            "/sms", '<Response><Message action="/more" method="GET">1</Message><Message>unreached</Message></Response>'
        )
    )
    app.say("/more", "<Response><Message>2</Message></Response>")
    phones.text(ALICE, number.phone_number, "hello")
    assert [body for _, body in phones.inbox(ALICE)] == ["1", "2"]
    assert app.at("/more")[0].method == "GET"
    assert phones.alerts() == [12200]


def test_several_messages_without_action_are_all_sent(phones, app, number):
    number.update(sms_url=app.say("/sms", f'<Response><Message>1</Message><Message to="{BOB}">2</Message></Response>'))
    phones.text(ALICE, number.phone_number, "hello")
    assert phones.inbox(ALICE) == [(number.phone_number, "1")] and phones.inbox(BOB) == [(number.phone_number, "2")]


def test_a_redirect_asks_again_with_the_same_text(phones, app, number):
    number.update(sms_url=app.say("/a/sms", "<Response><Redirect>next?x=1</Redirect></Response>"))
    app.say("/a/next", "<Response><Message>there</Message></Response>")
    answer = phones.text(ALICE, number.phone_number, "hello")
    assert app.at("/a/next")[0].form["MessageSid"] == answer["sid"]
    assert phones.inbox(ALICE) == [(number.phone_number, "there")]


def test_redirects_without_end_are_ended(phones, app, number):
    number.update(sms_url=app.say("/sms", "<Response><Redirect/></Response>"))
    phones.text(ALICE, number.phone_number, "hello")
    assert phones.alerts() == [11215]


def test_two_apps_that_answer_each_other_are_ended(phones, app, number, other):
    for one in (number, other):
        one.update(sms_url=app.say("/sms", "<Response><Message>you too</Message></Response>"))
    phones.text(other.phone_number, number.phone_number, "thanks")
    assert phones.alerts() == [14107]


@pytest.mark.parametrize(
    ("message", "code", "alert"),
    [
        ('<Message to="12">x</Message>', "21211", 14101),
        (f'<Message from="{BOB}">x</Message>', "21606", 14102),
        ("<Message></Message>", "21602", 14103),
        (f"<Message>{'x' * 1601}</Message>", "21617", 14103),
    ],
)
def test_a_message_that_cannot_be_is_told_to_the_action(client, phones, app, number, message, code, alert):
    with_action = message.replace("<Message", '<Message action="/act" statusCallback="/status"')
    number.update(sms_url=app.say("/sms", f"<Response>{with_action}</Response>"))
    phones.text(ALICE, number.phone_number, "hello")
    for path in ("/act", "/status"):
        (told,) = app.at(path)
        assert (told.form["MessageStatus"], told.form["ErrorCode"]) == ("failed", code)
    assert client.messages(app.at("/act")[0].form["MessageSid"]).fetch().error_code == int(code)
    assert (phones.alerts(), phones.inbox(ALICE)) == ([alert], [])
