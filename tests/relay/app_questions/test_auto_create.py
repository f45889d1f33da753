"""The app's out-of-session answer names a partner: a Session is opened, and the message or call is relayed in it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.relay.app_questions.service import answer_to, call_form, configure, kinds, last_event, text
from tests.support.telephones import bridged, call, let_take_calls
from tests.support.webhooks import WebhookHarness

# Slow: plays every field with which an app may create a Session.
pytestmark = pytest.mark.slow


NEUTRAL = "This number is not in use for you at the moment."


def ordering(owner, kind="application/json", **more):
    body = json.dumps({"participantIdentifier": owner, **more})
    return lambda asked: (200, body, {"Content-Type": kind})


def session_of(harness, who):
    for session in reversed(harness.service.sessions.list()):
        people = {one.identifier: one for one in session.participants.list()}
        if who in people:
            return session, people
    return None, {}


def refused(harness, stranger, answer, kind="message"):
    """Checks that the sender gets the neutral reply, one event records the refusal, and no Session is opened."""
    stranger.answer = answer
    before, after, who = len(harness.service.sessions.list()), last_event(harness), harness.new_person()
    form = harness.message_form(who, harness.pool[0], "hello") if kind == "message" else call_form(who, harness.pool[0])
    url = harness.url() if kind == "message" else harness.url("voice")
    twiml = answer_to(harness, form, url)
    assert NEUTRAL in twiml and answer_to(harness, form, url) == twiml
    assert kinds(harness, after) == [("inbound.refused", "auto-create", 80905)]
    assert len(harness.service.sessions.list()) == before
    assert len(stranger.asked) == 1


def test_a_message_goes_on_into_the_new_session(harness, stranger):
    owner, who = harness.new_person(), harness.new_person()
    stranger.answer = ordering(owner)
    after = last_event(harness)
    harness.text(who, harness.pool[2], "is it still for sale?")
    session, people = session_of(harness, who)
    mine, theirs = people[who], people[owner]
    assert harness.inbox(owner) == [(theirs.proxy_identifier, "is it still for sale?")]
    assert mine.proxy_identifier == harness.pool[2]
    assert (session.mode, session.ttl, session.date_expiry, session.unique_name) == ("voice-and-message", 0, None, None)
    assert session.fetch().status == "in-progress"
    (interaction,) = session.interactions.list()
    assert json.loads(interaction.data) == {"body": "is it still for sale?"}
    assert (interaction.inbound_participant_sid, interaction.outbound_participant_sid) == (mine.sid, theirs.sid)
    assert [row["t"] for row in harness.events(after)][:2] == ["session.opened", "interaction.created"]
    harness.text(owner, theirs.proxy_identifier, "yes")
    assert harness.inbox(who) == [(harness.pool[2], "yes")]
    harness.text(who, harness.pool[2], "good")
    assert len(stranger.asked) == 1


def test_a_call_goes_on_into_the_new_session(harness, stranger):
    owner, who = harness.new_person(), harness.new_person()
    stranger.answer = ordering(owner)
    let_take_calls(harness, owner)
    sid = call(harness, who, harness.pool[1])
    session, people = session_of(harness, who)
    assert bridged(harness, owner) == [people[owner].proxy_identifier]
    (interaction,) = session.interactions.list()
    assert (interaction.type, interaction.inbound_resource_sid) == ("voice", sid)


def test_all_its_fields_are_used(harness, stranger):
    owner, who, reserved = harness.new_person(), harness.new_person(), harness.new_number()
    harness.service.phone_numbers.create(phone_number=reserved, is_reserved=True)
    stranger.answer = ordering(
        owner, participantProxyIdentifier=reserved, uniqueName=f"ad mañana {who[-4:]}", mode="message-only", ttl=1800,
        dateExpiry="2099-05-01T10:00:00+02:00",
    )  # fmt: skip
    text(harness, who, harness.pool[0])
    session, people = session_of(harness, who)
    assert people[owner].proxy_identifier == reserved
    assert (session.unique_name, session.mode, session.ttl) == (f"ad mañana {who[-4:]}", "message-only", 1800)
    assert session.date_expiry == datetime(2099, 5, 1, 8, tzinfo=UTC)


def test_a_reserved_number_that_was_advertised_is_the_sender_s(harness, stranger):
    reserved, owner, who = harness.new_number(), harness.new_person(), harness.new_person()
    harness.service.phone_numbers.create(phone_number=reserved, is_reserved=True)
    stranger.answer = ordering(owner)
    text(harness, who, reserved)
    _, people = session_of(harness, who)
    assert people[who].proxy_identifier == reserved != people[owner].proxy_identifier


@pytest.mark.parametrize(
    ("kind", "charset"),
    [
        ("application/json", "utf-8"), ("application/json; charset=UTF-8", "utf-8-sig"), ("text/html", "utf-8"),
        ("application/json;charset=iso-8859-1", "latin-1"), ('application/json; Charset="utf-16"', "utf-16"),
        ("application/json", "utf-16-le"), ("application/json; charset=windows-1252", "cp1252"),
    ],
)  # fmt: skip
def test_it_is_read_in_any_charset(harness, stranger, kind, charset):
    owner, who = harness.new_person(), harness.new_person()
    body = json.dumps({"participantIdentifier": owner, "uniqueName": f"señor {who}"}, ensure_ascii=False)
    stranger.answer = lambda asked: (200, f"\n{body}\n".encode(charset), {"Content-Type": kind})
    text(harness, who, harness.pool[0])
    session, _ = session_of(harness, who)
    assert session.unique_name == f"señor {who}"


@pytest.mark.parametrize("ttl", [0, 60, "60"])
def test_a_ttl_is_a_number_or_its_text(harness, stranger, ttl):
    owner, who = harness.new_person(), harness.new_person()
    stranger.answer = ordering(owner, ttl=ttl)
    text(harness, who, harness.pool[0])
    assert session_of(harness, who)[0].ttl == int(ttl)


@pytest.mark.parametrize("date", ["2099-05-01T08:00:00Z", "2099-05-01T08:00:00.5+00:00", "2099-05-01T08:00:00"])
def test_a_date_without_an_offset_is_utc(harness, stranger, monkeypatch, date):
    owner, who = harness.new_person(), harness.new_person()
    stranger.answer = ordering(owner, dateExpiry=date)
    text(harness, who, harness.pool[0])
    assert session_of(harness, who)[0].date_expiry == datetime(2099, 5, 1, 8, tzinfo=UTC)


#: Values of the wrong type: each is treated as if the field were absent.
ODD: tuple[dict[str, Any], ...] = (
    {"ttl": -1}, {"ttl": 1.5}, {"ttl": "soon"}, {"ttl": True}, {"ttl": 10**12}, {"ttl": [1]}, {"ttl": None},
    {"mode": "carrier-pigeon"}, {"mode": ["voice-only"]}, {"mode": {}}, {"mode": None},
    {"dateExpiry": "tomorrow"}, {"dateExpiry": 5}, {"dateExpiry": "9999-12-31T23:59:59-23:59"}, {"dateExpiry": ""},
    {"dateExpiry": None}, {"uniqueName": ""}, {"uniqueName": "x" * 192}, {"uniqueName": "a/b"},
    {"uniqueName": "a\x00b"}, {"uniqueName": "\ud800"}, {"uniqueName": "KC" + "1" * 32}, {"uniqueName": None},
    {"uniqueName": ".."},
    {"participantProxyIdentifier": None}, {"participantProxyIdentifier": ""}, {"friendlyName": "Bob"}, {"x": "\ud800"},
)  # fmt: skip


@pytest.mark.parametrize("odd", ODD, ids=repr)
def test_a_value_of_the_wrong_kind_counts_as_none(harness, stranger, odd):
    owner, who = harness.new_person(), harness.new_person()
    stranger.answer = ordering(owner, **odd)
    _, twiml = text(harness, who, harness.pool[0])
    assert f'to="{owner}"' in twiml
    session, _ = session_of(harness, who)
    shown = (session.mode, session.ttl, session.date_expiry, session.unique_name)
    assert shown == ("voice-and-message", 0, None, None)


@pytest.mark.parametrize("kind", ["message", "voice"])
@pytest.mark.parametrize(
    "identifier",
    ["", "bob", "15105550000", "+1510555000000000", "sip:bob@b.example", None, 15105550000, [], {}, True, "+266696687",
     "\ud800", "+15105550000\x00"],
    ids=repr,
)  # fmt: skip
def test_a_bad_identifier_is_refused(harness, stranger, identifier, kind):
    refused(harness, stranger, ordering(identifier), kind)


def test_the_sender_cannot_be_their_own_partner(harness, stranger):
    refused(harness, stranger, lambda asked: ordering(asked.form["From"])(asked))


def test_a_number_of_the_pool_cannot_be_the_partner(harness, stranger):
    refused(harness, stranger, ordering(harness.pool[1]))


@pytest.mark.parametrize("number", ["+13125559999", "bogus", 7, ["+1"], "\ud800"])
def test_a_proxy_number_that_is_not_there_is_refused(harness, stranger, number):
    refused(harness, stranger, ordering(harness.new_person(), participantProxyIdentifier=number))


def test_a_name_that_is_taken_is_refused(harness, stranger):
    conversation = harness.open()
    refused(harness, stranger, ordering(harness.new_person(), uniqueName=conversation.session.fetch().unique_name))


def test_a_date_that_is_over_is_refused(harness, stranger):
    refused(harness, stranger, ordering(harness.new_person(), dateExpiry="2020-01-01T00:00:00Z"))


def test_no_number_of_that_country_is_refused(harness, stranger):
    refused(harness, stranger, ordering("+447911123456"))


def test_no_free_number_is_refused(harness, stranger):
    """The owner already has a Session on every number."""
    owner = harness.new_person()
    for number in harness.service.phone_numbers.list():
        session = harness.service.sessions(harness.service.sessions.create().sid)
        session.participants.create(identifier=owner, proxy_identifier=number.phone_number)
    refused(harness, stranger, ordering(owner))


def test_a_mode_that_does_not_fit_says_so(harness, stranger):
    owner, who = harness.new_person(), harness.new_person()
    stranger.answer = ordering(owner, mode="voice-only")
    _, twiml = text(harness, who, harness.pool[0])
    assert "Text messages are not possible here." in twiml and owner not in twiml
    assert session_of(harness, who)[0].mode == "voice-only"


def test_a_mode_of_its_own_if_the_numbers_cannot_do_both(stack, clock, app):
    """The app named no mode, so the mode that fits the inbound message is used."""
    only = WebhookHarness(stack, clock)
    number = only.new_number(capabilities={"sms": True, "voice": False})
    only.service.phone_numbers.create(phone_number=number)
    configure(only, OutOfSessionCallbackUrl=app.url)
    owner, who = only.new_person(), only.new_person()
    app.answer = ordering(owner)
    _, twiml = text(only, who, number)
    assert f'to="{owner}"' in twiml
    assert session_of(only, who)[0].mode == "message-only"


def test_intercept_is_not_asked_about_what_the_app_ordered(harness, stranger):
    configure(harness, InterceptCallbackUrl=f"{stranger.url}/intercept")
    owner, who = harness.new_person(), harness.new_person()
    stranger.answer = ordering(owner)
    text(harness, who, harness.pool[0])
    assert [asked.path for asked in stranger.asked] == ["/hooks/lost"]
    stranger.answer = lambda asked: 200
    text(harness, who, harness.pool[0])
    assert [asked.path for asked in stranger.asked] == ["/hooks/lost", "/intercept"]


def test_a_closed_pair_may_begin_anew(harness, stranger, clock):
    """The Session has expired but is not swept: it is closed first, then one with another partner is opened."""
    conversation, owner = harness.open(ttl=60), harness.new_person()
    clock.advance(61)
    stranger.answer = ordering(owner)
    _, twiml = text(harness, conversation.alice, conversation.alices)
    assert f'to="{owner}"' in twiml and conversation.bob not in twiml
    assert conversation.session.fetch().closed_reason == "ttl"


def test_a_repeat_opens_no_second_session(harness, stranger):
    owner, who = harness.new_person(), harness.new_person()
    stranger.answer = ordering(owner)
    form, first = text(harness, who, harness.pool[0])
    before = len(harness.service.sessions.list())
    assert [answer_to(harness, form, harness.url()) for _ in range(3)] == [first] * 3
    assert len(harness.service.sessions.list()) == before and len(stranger.asked) == 1
