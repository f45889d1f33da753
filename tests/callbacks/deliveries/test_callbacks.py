"""callback_url: each Interaction, on creation and on each change, in 18 fields, signed so that anybody may check it."""

from __future__ import annotations

import base64
import hmac
import json

from twilio.request_validator import RequestValidator

from common.sids import new
from tests.support.stack import ACCOUNT, TOKEN

SIDES = ("ParticipantSid", "ResourceSid", "ResourceStatus", "ResourceType", "ResourceUrl")
FIELDS = {
    "interactionSid", "interactionSessionSid", "interactionServiceSid", "interactionAccountSid", "interactionData",
    "interactionType", "interactionDateCreated", "interactionDateUpdated",
    *(f"{side}{field}" for side in ("inbound", "outbound") for field in SIDES),
}  # fmt: skip


def test_a_text_is_told_in_18_fields(customer):
    customer.listen()
    talk = customer.talk()
    customer.scene.text(talk.alice, talk.alices, "see you at 8 + 1 & mañana 🙂")
    customer.run()
    told = customer.callbacks()
    assert [one.form["outboundResourceStatus"] for one in told][-1] == "delivered"
    first = told[0].form
    assert set(first) == FIELDS and len(FIELDS) == 18
    assert json.loads(first["interactionData"]) == {"body": "see you at 8 + 1 & mañana 🙂"}
    assert first["outboundParticipantSid"] == talk.bob_sid
    assert (first["interactionSessionSid"], first["interactionServiceSid"]) == (
        talk.session._solution["sid"],
        customer.sid,
    )


def test_the_last_callback_says_what_the_api_says(customer):
    customer.listen()
    talk = customer.talk()
    customer.scene.text(talk.alice, talk.alices, "hello")
    customer.run()
    form = customer.callbacks()[-1].form
    path = f"/proxy/v1/Services/{customer.sid}/Sessions/{form['interactionSessionSid']}"
    shown = customer.call("GET", f"{path}/Interactions/{form['interactionSid']}")
    for side in ("inbound", "outbound"):
        for field in ("participant_sid", "resource_sid", "resource_status", "resource_type", "resource_url"):
            name = side + "".join(word.title() for word in field.split("_"))
            assert form[name] == (shown[f"{side}_{field}"] or ""), name
    assert form["interactionDateCreated"] == shown["date_created"]
    assert form["interactionDateUpdated"] == shown["date_updated"]
    assert form["interactionAccountSid"] == ACCOUNT


def test_an_unmodified_validator_accepts_it(customer):
    customer.listen()
    talk = customer.talk()
    customer.scene.text(talk.alice, talk.alices, "mañana")
    customer.run()
    url = f"{customer.receiver.url}/callback?key=k%20ey"
    for told in customer.callbacks():
        assert RequestValidator(TOKEN).validate(url, told.form, told.headers["x-twilio-signature"])
        assert not RequestValidator(TOKEN).validate(url, {**told.form, "x": "y"}, told.headers["x-twilio-signature"])


def test_the_secret_of_the_service_signs_it_too(customer):
    customer.listen()
    talk = customer.talk()
    customer.scene.text(talk.alice, talk.alices, "hello")
    customer.run()
    text = customer.call("GET", f"/events/v1/Services/{customer.sid}/Secret")["secret"]
    secret = base64.b64decode(text.removeprefix("whsec_"))
    assert len(secret) == 32 and customer.receiver.told
    for told in customer.receiver.told:
        signed = f"{told.id}.{told.headers['webhook-timestamp']}.".encode() + told.body
        wanted = base64.b64encode(hmac.digest(secret, signed, "sha256")).decode()
        assert told.headers["webhook-signature"] == f"v1,{wanted}"


def test_each_change_is_told_once(customer):
    customer.listen()
    talk = customer.talk()
    form = customer.scene.form(talk.alice, talk.alices, "hello")
    customer.scene.post(form)
    customer.run()
    interaction, resource = customer.callbacks()[0].form["interactionSid"], new("SM")
    for status in ("sent", "sent", "queued", "delivered", "sent", "delivered"):
        customer.status(interaction, resource, status)
    customer.run()
    told = [(one.form["outboundResourceSid"], one.form["outboundResourceStatus"]) for one in customer.callbacks()]
    assert told == [("", "queued"), (resource, "sent"), (resource, "delivered")]
    customer.scene.post(form)
    customer.later(60)
    assert len(customer.callbacks()) == 3
    assert len({one.id for one in customer.callbacks()}) == 3


def test_what_was_before_the_url_is_not_told(customer):
    talk = customer.talk()
    customer.scene.text(talk.alice, talk.alices, "before")
    customer.listen()
    customer.scene.text(talk.alice, talk.alices, "after")
    customer.run()
    assert {json.loads(one.form["interactionData"])["body"] for one in customer.callbacks()} == {"after"}
    assert customer.events() == []


def test_a_deleted_text_is_not_told_any_more(customer):
    customer.listen()
    customer.receiver.answer = lambda told: 0
    talk = customer.talk()
    customer.scene.post(customer.scene.form(talk.alice, talk.alices, "forget me"))
    customer.run()
    form = customer.callbacks()[0].form
    talk.session.interactions(form["interactionSid"]).delete()
    customer.receiver.answer = lambda told: 200
    customer.later(6)
    assert [one.form["interactionData"] for one in customer.callbacks()] == ['{"body":"forget me"}', "{}"]
    sid = customer.one(kind="callback")["sid"]
    assert customer.call("GET", f"/events/v1/Deliveries/{sid}")["body"]["interactionData"] == "{}"


def test_a_new_url_gets_what_waits(customer):
    customer.listen()
    customer.receiver.answer = lambda told: 0 if told.path.startswith("/callback") else 200
    talk = customer.talk()
    customer.scene.post(customer.scene.form(talk.alice, talk.alices, "hello"))
    customer.run()
    customer.set(CallbackUrl=f"{customer.receiver.url}/moved")
    customer.later(6)
    assert [one.id for one in customer.receiver.at("/moved")] == [one.id for one in customer.callbacks()]


def test_without_a_url_what_waits_is_parked(customer):
    customer.listen()
    customer.receiver.answer = lambda told: 0
    talk = customer.talk()
    customer.scene.post(customer.scene.form(talk.alice, talk.alices, "hello"))
    customer.run()
    customer.set(CallbackUrl="", EventsUrl="")
    customer.later(6)
    assert {(one["state"], one["last_error"]) for one in customer.deliveries() if one["kind"] == "callback"} == {
        ("parked", "no_url")
    }


def test_what_was_stopped_is_told_once(customer):
    """No outbound side, two fields of ours. STOP itself is no Interaction (Twilio: dropped, 80901, no callbacks)."""
    customer.listen(ContentCard="block")
    talk = customer.talk()
    customer.scene.text(talk.bob, talk.bobs, "STOP")
    customer.scene.text(talk.alice, talk.alices, "hello")
    customer.scene.text(talk.bob, talk.bobs, "my card is 4111 1111 1111 1111")
    customer.run()
    forms = [one.form for one in customer.callbacks()]
    assert [set(form) for form in forms] == [FIELDS | {"interactionBlockedBy", "interactionErrorCode"}] * 2
    assert [(form["interactionBlockedBy"], form["interactionErrorCode"]) for form in forms] == [
        ("opt-out", "21610"),
        ("content", "30007"),
    ]
    for form in forms:
        assert form["inboundResourceStatus"] == "received"
        assert {form[f"outbound{name}"] for name in ("ParticipantSid", "ResourceSid", "ResourceStatus")} == {""}
