"""intercept_callback_url: 13 fields, signed twice; 403 blocks, all else continues, failures as the Service says."""

from __future__ import annotations

import json
import re

import pytest
from standardwebhooks import Webhook, WebhookVerificationError
from twilio.request_validator import RequestValidator

from common.sids import new
from tests.proxy.webhooks.notices import worded
from tests.proxy.webhooks.telephony import bridged, call, let_take_calls, said
from tests.relay.app_questions.app import App
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
from tests.support.stack import ACCOUNT, TOKEN

FIELDS = {
    "inboundParticipantSid", "inboundResourceSid", "inboundResourceStatus", "inboundResourceType", "inboundResourceUrl",
    "interactionAccountSid", "interactionData", "interactionDateCreated", "interactionDateUpdated",
    "interactionServiceSid", "interactionSessionSid", "interactionSid", "interactionType",
}  # fmt: skip
BLOCKED = "Your message or call could not be passed on. Please continue in the app."


@pytest.mark.parametrize("body", ["see you at 8 + 1 & mañana 🙂", '"}{\\', "x\x00\ty", "a=b&c=d"])
def test_a_message_is_told_in_13_fields(scene, intercept, body):
    talk = scene.open()
    form = scene.form(talk.alice, talk.alices, body)
    assert passes(answer_to(scene, form, scene.url()), talk)
    (asked,) = intercept.asked
    found = asked.form
    assert set(found) == FIELDS and len(FIELDS) == 13
    (shown,) = talk.session.interactions.list()
    alice = next(one for one in talk.session.participants.list() if one.identifier == talk.alice)
    url = f"{scene.stack.carrier.url}/2010-04-01/Accounts/{ACCOUNT}/Messages/{form['MessageSid']}.json"
    assert json.loads(found.pop("interactionData")) == {"body": body}
    created, updated = found.pop("interactionDateCreated"), found.pop("interactionDateUpdated")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", created) and created == updated
    assert found == {
        "inboundParticipantSid": alice.sid, "inboundResourceSid": form["MessageSid"],
        "inboundResourceStatus": "delivered", "inboundResourceType": "message", "inboundResourceUrl": url,
        "interactionAccountSid": ACCOUNT, "interactionServiceSid": scene.sid,
        "interactionSessionSid": shown.session_sid, "interactionSid": shown.sid, "interactionType": "Message",
    }  # fmt: skip
    assert asked.headers["content-type"] == "application/x-www-form-urlencoded"


def test_a_call_is_told_in_13_fields(scene, intercept):
    talk = scene.open()
    let_take_calls(scene, talk.bob)
    sid = call(scene, talk.alice, talk.alices)
    assert bridged(scene, talk.bob) == [talk.bobs]
    (asked,) = intercept.asked
    found = asked.form
    assert set(found) == FIELDS
    assert json.loads(found["interactionData"]) == {}
    assert found["inboundResourceSid"] == sid and found["inboundResourceType"] == "call"
    assert found["inboundResourceStatus"] == "in-progress" and found["interactionType"] == "Voice"
    assert found["inboundResourceUrl"].endswith(f"/Accounts/{ACCOUNT}/Calls/{sid}.json")


@pytest.mark.parametrize("path", ["/", "", "/hook/", "/hook?key=k%20ey&a=1", "/hook/?x=a+b&x=c", "/hook#rc=2"])
def test_unmodified_validators_accept_it(scene, app: App, path):
    configure(scene, InterceptCallbackUrl=app.url + path)
    talk = scene.open()
    answer_to(scene, scene.form(talk.alice, talk.alices, "mañana + 1"), scene.url())
    (asked,) = app.asked
    url = app.url + (path.partition("#")[0] or "/")
    assert asked.path == url.removeprefix(app.url)
    validator = RequestValidator(TOKEN)
    assert validator.validate(url, asked.form, asked.headers["x-twilio-signature"])
    assert not validator.validate(url, {**asked.form, "x": "y"}, asked.headers["x-twilio-signature"])
    assert not validator.validate(f"{url}x", asked.form, asked.headers["x-twilio-signature"])
    assert not RequestValidator(f"{TOKEN}x").validate(url, asked.form, asked.headers["x-twilio-signature"])
    Webhook(secret(scene)).verify(asked.body, asked.headers, json_parse=False)
    with pytest.raises(WebhookVerificationError):
        Webhook(secret(scene)).verify(asked.body + b"x", asked.headers, json_parse=False)
    configure(scene, InterceptCallbackUrl="")


def test_403_blocks_a_message_in_silence(scene, intercept):
    intercept.answer = lambda asked: (403, "no", {"Content-Type": "text/plain"})
    talk, after = scene.open(), last_event(scene)
    sid = new("SM")
    twiml = scene.text(talk.alice, talk.alices, "hello")
    assert re.sub(r"^<\?.*?\?>", "", twiml) == "<Response/>"
    assert (scene.inbox(talk.bob), scene.inbox(talk.alice)) == ([], [])
    (shown,) = talk.session.interactions.list()
    assert (shown.outbound_participant_sid, json.loads(shown.data)) == (None, {"body": "hello"})
    assert kinds(scene, after)[-1] == ("message.blocked", "intercept", 80909)
    form = scene.form(talk.alice, talk.alices, "hello", sid=sid)
    assert answer_to(scene, form, scene.url()) == answer_to(scene, form, scene.url())
    assert len(intercept.asked) == 2


def test_403_blocks_a_call_with_a_sentence(scene, intercept):
    intercept.answer = lambda asked: 403
    talk, after = scene.open(), last_event(scene)
    with worded(scene, "blocked", "not in your words"):
        call(scene, talk.alice, talk.alices)
        assert said(scene, talk.alice) == ["not in your words"]
    assert bridged(scene, talk.bob) == [] and bridged(scene, talk.alice) == []
    assert ("call.blocked", "intercept", 80909) in kinds(scene, after)


def test_a_blocked_call_is_blocked_again_without_a_question(scene, intercept):
    intercept.answer = lambda asked: 403
    talk = scene.open()
    form, url = inbound(scene, "voice", talk)
    first = answer_to(scene, form, url)
    intercept.answer = lambda asked: 200
    assert answer_to(scene, form, url) == first and BLOCKED in first
    assert len(intercept.asked) == 1


def test_the_sentence_is_in_the_language_of_the_caller(scene, intercept):
    intercept.answer = lambda asked: 403
    talk = scene.open()
    sid = talk.session.fetch().sid
    caller = scene.person()
    talk.session.participants.list()[1].delete()
    path = f"/proxy/v1/Services/{scene.sid}/Sessions/{sid}/Participants"
    joined = api(scene, "POST", path, 201, Identifier=caller, Language="de")
    call(scene, caller, joined["proxy_identifier"])
    assert "weitergeleitet" in said(scene, caller)[0]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("status", [200, 204, 301, 302, 307, 400, 401, 404, 405, 410, 429, 500, 503])
def test_any_other_status_continues(scene, intercept, kind, status):
    intercept.answer = lambda asked: (status, "", {"Location": f"{intercept.url}/elsewhere"})
    talk = scene.open()
    assert passes(answer_to(scene, *inbound(scene, kind, talk)), talk)
    assert [asked.path for asked in intercept.asked] == ["/intercept"]
