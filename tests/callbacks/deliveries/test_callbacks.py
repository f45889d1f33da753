"""callback_url gets each Interaction when it is created and at each change: 18 fields, signed so that all can check."""

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


def test_a_text_is_told_in_18_fields(harness):
    harness.subscribe()
    conversation = harness.open()
    harness.webhooks.text(conversation.alice, conversation.alices, "see you at 8 + 1 & mañana 🙂")
    harness.run_job()
    told = harness.callbacks()
    assert [one.form["outboundResourceStatus"] for one in told][-1] == "delivered"
    first = told[0].form
    assert set(first) == FIELDS and len(FIELDS) == 18
    assert json.loads(first["interactionData"]) == {"body": "see you at 8 + 1 & mañana 🙂"}
    assert first["outboundParticipantSid"] == conversation.bob_sid
    assert (first["interactionSessionSid"], first["interactionServiceSid"]) == (
        conversation.session._solution["sid"],
        harness.sid,
    )


def test_the_last_callback_says_what_the_api_says(harness):
    harness.subscribe()
    conversation = harness.open()
    harness.webhooks.text(conversation.alice, conversation.alices, "hello")
    harness.run_job()
    form = harness.callbacks()[-1].form
    path = f"/proxy/v1/Services/{harness.sid}/Sessions/{form['interactionSessionSid']}"
    shown = harness.request("GET", f"{path}/Interactions/{form['interactionSid']}")
    for side in ("inbound", "outbound"):
        for field in ("participant_sid", "resource_sid", "resource_status", "resource_type", "resource_url"):
            name = side + "".join(word.title() for word in field.split("_"))
            assert form[name] == (shown[f"{side}_{field}"] or ""), name
    assert form["interactionDateCreated"] == shown["date_created"]
    assert form["interactionDateUpdated"] == shown["date_updated"]
    assert form["interactionAccountSid"] == ACCOUNT


def test_an_unmodified_validator_accepts_it(harness):
    harness.subscribe()
    conversation = harness.open()
    harness.webhooks.text(conversation.alice, conversation.alices, "mañana")
    harness.run_job()
    url = f"{harness.receiver.url}/callback?key=k%20ey"
    for told in harness.callbacks():
        assert RequestValidator(TOKEN).validate(url, told.form, told.headers["x-twilio-signature"])
        assert not RequestValidator(TOKEN).validate(url, {**told.form, "x": "y"}, told.headers["x-twilio-signature"])


def test_the_secret_of_the_service_signs_it_too(harness):
    harness.subscribe()
    conversation = harness.open()
    harness.webhooks.text(conversation.alice, conversation.alices, "hello")
    harness.run_job()
    text = harness.request("GET", f"/events/v1/Services/{harness.sid}/Secret")["secret"]
    secret = base64.b64decode(text.removeprefix("whsec_"))
    assert len(secret) == 32 and harness.receiver.told
    for told in harness.receiver.told:
        signed = f"{told.id}.{told.headers['webhook-timestamp']}.".encode() + told.body
        wanted = base64.b64encode(hmac.digest(secret, signed, "sha256")).decode()
        assert told.headers["webhook-signature"] == f"v1,{wanted}"


def test_each_change_is_told_once(harness):
    harness.subscribe()
    conversation = harness.open()
    form = harness.webhooks.message_form(conversation.alice, conversation.alices, "hello")
    harness.webhooks.post(form)
    harness.run_job()
    interaction, resource = harness.callbacks()[0].form["interactionSid"], new("SM")
    for status in ("sent", "sent", "queued", "delivered", "sent", "delivered"):
        harness.post_status(interaction, resource, status)
    harness.run_job()
    told = [(one.form["outboundResourceSid"], one.form["outboundResourceStatus"]) for one in harness.callbacks()]
    assert told == [("", "queued"), (resource, "sent"), (resource, "delivered")]
    harness.webhooks.post(form)
    harness.run_later(60)
    assert len(harness.callbacks()) == 3
    assert len({one.id for one in harness.callbacks()}) == 3


def test_what_was_before_the_url_is_not_told(harness):
    conversation = harness.open()
    harness.webhooks.text(conversation.alice, conversation.alices, "before")
    harness.subscribe()
    harness.webhooks.text(conversation.alice, conversation.alices, "after")
    harness.run_job()
    assert {json.loads(one.form["interactionData"])["body"] for one in harness.callbacks()} == {"after"}
    assert harness.events() == []


def test_a_deleted_text_is_not_told_any_more(harness):
    harness.subscribe()
    harness.receiver.answer = lambda told: 0
    conversation = harness.open()
    harness.webhooks.post(harness.webhooks.message_form(conversation.alice, conversation.alices, "forget me"))
    harness.run_job()
    form = harness.callbacks()[0].form
    conversation.session.interactions(form["interactionSid"]).delete()
    harness.receiver.answer = lambda told: 200
    harness.run_later(6)
    assert [one.form["interactionData"] for one in harness.callbacks()] == ['{"body":"forget me"}', "{}"]
    sid = harness.delivery(kind="callback")["sid"]
    assert harness.request("GET", f"/events/v1/Deliveries/{sid}")["body"]["interactionData"] == "{}"


def test_a_new_url_gets_what_waits(harness):
    harness.subscribe()
    harness.receiver.answer = lambda told: 0 if told.path.startswith("/callback") else 200
    conversation = harness.open()
    harness.webhooks.post(harness.webhooks.message_form(conversation.alice, conversation.alices, "hello"))
    harness.run_job()
    harness.set_fields(CallbackUrl=f"{harness.receiver.url}/moved")
    harness.run_later(6)
    assert [one.id for one in harness.receiver.at("/moved")] == [one.id for one in harness.callbacks()]


def test_without_a_url_what_waits_is_parked(harness):
    harness.subscribe()
    harness.receiver.answer = lambda told: 0
    conversation = harness.open()
    harness.webhooks.post(harness.webhooks.message_form(conversation.alice, conversation.alices, "hello"))
    harness.run_job()
    harness.set_fields(CallbackUrl="", EventsUrl="")
    harness.run_later(6)
    assert {(one["state"], one["last_error"]) for one in harness.deliveries() if one["kind"] == "callback"} == {
        ("parked", "no_url")
    }


def test_what_was_stopped_is_told_once(harness):
    """No outbound side, but two fields of ours. STOP is not an Interaction (Twilio: dropped, 80901, no callbacks)."""
    harness.subscribe(ContentCard="block")
    conversation = harness.open()
    harness.webhooks.text(conversation.bob, conversation.bobs, "STOP")
    harness.webhooks.text(conversation.alice, conversation.alices, "hello")
    harness.webhooks.text(conversation.bob, conversation.bobs, "my card is 4111 1111 1111 1111")
    harness.run_job()
    forms = [one.form for one in harness.callbacks()]
    assert [set(form) for form in forms] == [FIELDS | {"interactionBlockedBy", "interactionErrorCode"}] * 2
    assert [(form["interactionBlockedBy"], form["interactionErrorCode"]) for form in forms] == [
        ("opt-out", "21610"),
        ("content", "30007"),
    ]
    for form in forms:
        assert form["inboundResourceStatus"] == "received"
        assert {form[f"outbound{name}"] for name in ("ParticipantSid", "ResourceSid", "ResourceStatus")} == {""}
