"""intercept_callback_url: 13 fields, two signatures; 403 blocks, others continue, failures follow the Service."""

from __future__ import annotations

import json
import re

import pytest
from standardwebhooks import Webhook, WebhookVerificationError
from twilio.request_validator import RequestValidator

from common.sids import new
from tests.relay.app_questions.service import (
    KINDS,
    answer_to,
    api,
    configure,
    inbound,
    kinds,
    last_event,
    passes,
    secret,
)
from tests.support.answering_app import App
from tests.support.notices import worded
from tests.support.stack import ACCOUNT, TOKEN
from tests.support.telephones import bridged, call, let_take_calls, said

FIELDS = {
    "inboundParticipantSid", "inboundResourceSid", "inboundResourceStatus", "inboundResourceType", "inboundResourceUrl",
    "interactionAccountSid", "interactionData", "interactionDateCreated", "interactionDateUpdated",
    "interactionServiceSid", "interactionSessionSid", "interactionSid", "interactionType",
}  # fmt: skip
BLOCKED = "Your message or call could not be passed on. Please continue in the app."


@pytest.mark.parametrize("body", ["see you at 8 + 1 & mañana 🙂", '"}{\\', "x\x00\ty", "a=b&c=d"])
def test_a_message_is_told_in_13_fields(harness, intercept, body):
    conversation = harness.open()
    form = harness.message_form(conversation.alice, conversation.alices, body)
    assert passes(answer_to(harness, form, harness.url()), conversation)
    (asked,) = intercept.asked
    found = asked.form
    assert set(found) == FIELDS and len(FIELDS) == 13
    (shown,) = conversation.session.interactions.list()
    alice = next(one for one in conversation.session.participants.list() if one.identifier == conversation.alice)
    url = f"{harness.stack.carrier.url}/2010-04-01/Accounts/{ACCOUNT}/Messages/{form['MessageSid']}.json"
    assert json.loads(found.pop("interactionData")) == {"body": body}
    created, updated = found.pop("interactionDateCreated"), found.pop("interactionDateUpdated")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", created) and created == updated
    assert found == {
        "inboundParticipantSid": alice.sid, "inboundResourceSid": form["MessageSid"],
        "inboundResourceStatus": "delivered", "inboundResourceType": "message", "inboundResourceUrl": url,
        "interactionAccountSid": ACCOUNT, "interactionServiceSid": harness.sid,
        "interactionSessionSid": shown.session_sid, "interactionSid": shown.sid, "interactionType": "Message",
    }  # fmt: skip
    assert asked.headers["content-type"] == "application/x-www-form-urlencoded"


def test_a_call_is_told_in_13_fields(harness, intercept):
    conversation = harness.open()
    let_take_calls(harness, conversation.bob)
    sid = call(harness, conversation.alice, conversation.alices)
    assert bridged(harness, conversation.bob) == [conversation.bobs]
    (asked,) = intercept.asked
    found = asked.form
    assert set(found) == FIELDS
    assert json.loads(found["interactionData"]) == {}
    assert found["inboundResourceSid"] == sid and found["inboundResourceType"] == "call"
    assert found["inboundResourceStatus"] == "in-progress" and found["interactionType"] == "Voice"
    assert found["inboundResourceUrl"].endswith(f"/Accounts/{ACCOUNT}/Calls/{sid}.json")


@pytest.mark.parametrize("path", ["/", "", "/hook/", "/hook?key=k%20ey&a=1", "/hook/?x=a+b&x=c", "/hook#rc=2"])
def test_unmodified_validators_accept_it(harness, app: App, path):
    configure(harness, InterceptCallbackUrl=app.url + path)
    conversation = harness.open()
    answer_to(harness, harness.message_form(conversation.alice, conversation.alices, "mañana + 1"), harness.url())
    (asked,) = app.asked
    url = app.url + (path.partition("#")[0] or "/")
    assert asked.path == url.removeprefix(app.url)
    validator = RequestValidator(TOKEN)
    assert validator.validate(url, asked.form, asked.headers["x-twilio-signature"])
    assert not validator.validate(url, {**asked.form, "x": "y"}, asked.headers["x-twilio-signature"])
    assert not validator.validate(f"{url}x", asked.form, asked.headers["x-twilio-signature"])
    assert not RequestValidator(f"{TOKEN}x").validate(url, asked.form, asked.headers["x-twilio-signature"])
    Webhook(secret(harness)).verify(asked.body, asked.headers, json_parse=False)
    with pytest.raises(WebhookVerificationError):
        Webhook(secret(harness)).verify(asked.body + b"x", asked.headers, json_parse=False)
    configure(harness, InterceptCallbackUrl="")


def test_403_blocks_a_message_in_silence(harness, intercept):
    intercept.answer = lambda asked: (403, "no", {"Content-Type": "text/plain"})
    conversation, after = harness.open(), last_event(harness)
    sid = new("SM")
    twiml = harness.text(conversation.alice, conversation.alices, "hello")
    assert re.sub(r"^<\?.*?\?>", "", twiml) == "<Response/>"
    assert (harness.inbox(conversation.bob), harness.inbox(conversation.alice)) == ([], [])
    (shown,) = conversation.session.interactions.list()
    assert (shown.outbound_participant_sid, json.loads(shown.data)) == (None, {"body": "hello"})
    assert kinds(harness, after)[-1] == ("message.blocked", "intercept", 80909)
    form = harness.message_form(conversation.alice, conversation.alices, "hello", sid=sid)
    assert answer_to(harness, form, harness.url()) == answer_to(harness, form, harness.url())
    assert len(intercept.asked) == 2


def test_403_blocks_a_call_with_a_sentence(harness, intercept):
    intercept.answer = lambda asked: 403
    conversation, after = harness.open(), last_event(harness)
    with worded(harness, "blocked", "not in your words"):
        call(harness, conversation.alice, conversation.alices)
        assert said(harness, conversation.alice) == ["not in your words"]
    assert bridged(harness, conversation.bob) == [] and bridged(harness, conversation.alice) == []
    assert ("call.blocked", "intercept", 80909) in kinds(harness, after)


def test_a_blocked_call_is_blocked_again_without_a_question(harness, intercept):
    intercept.answer = lambda asked: 403
    conversation = harness.open()
    form, url = inbound(harness, "voice", conversation)
    first = answer_to(harness, form, url)
    intercept.answer = lambda asked: 200
    assert answer_to(harness, form, url) == first and BLOCKED in first
    assert len(intercept.asked) == 1


def test_the_sentence_is_in_the_language_of_the_caller(harness, intercept):
    intercept.answer = lambda asked: 403
    conversation = harness.open()
    sid = conversation.session.fetch().sid
    caller = harness.new_person()
    conversation.session.participants.list()[1].delete()
    path = f"/proxy/v1/Services/{harness.sid}/Sessions/{sid}/Participants"
    joined = api(harness, "POST", path, 201, Identifier=caller, Language="de")
    call(harness, caller, joined["proxy_identifier"])
    assert "weitergeleitet" in said(harness, caller)[0]


@pytest.mark.parametrize("kind", KINDS)
def test_the_interaction_moves_to_a_session_that_the_app_opens_meanwhile(harness, intercept, kind):
    """The app closes the Session while it is asked, and opens a new one for the same people with the same numbers."""
    conversation = harness.open()
    opened = harness.service.sessions(harness.service.sessions.create().sid)

    def move(asked):
        conversation.session.update(status="closed")
        opened.participants.create(identifier=conversation.alice, proxy_identifier=conversation.alices)
        opened.participants.create(identifier=conversation.bob, proxy_identifier=conversation.bobs)
        return 200

    intercept.answer = move
    assert passes(answer_to(harness, *inbound(harness, kind, conversation)), conversation)
    (shown,) = opened.interactions.list()
    people = {one.identifier: one.sid for one in opened.participants.list()}
    assert shown.inbound_participant_sid == people[conversation.alice]
    assert shown.outbound_participant_sid == people[conversation.bob]
    assert conversation.session.interactions.list() == []


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("status", [200, 204, 301, 302, 307, 400, 401, 404, 405, 410, 429, 500, 503])
def test_any_other_status_continues(harness, intercept, kind, status):
    intercept.answer = lambda asked: (status, "", {"Location": f"{intercept.url}/elsewhere"})
    conversation = harness.open()
    assert passes(answer_to(harness, *inbound(harness, kind, conversation)), conversation)
    assert [asked.path for asked in intercept.asked] == ["/intercept"]
