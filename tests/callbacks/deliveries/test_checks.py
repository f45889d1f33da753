"""docs/callbacks.md, "Checking that it is us": runs both checks as printed there, each on the requests it is for."""

from __future__ import annotations

import json

import pytest
from standardwebhooks import Webhook
from twilio.request_validator import RequestValidator

from tests.support.stack import TOKEN


@pytest.fixture
def told(harness):
    harness.subscribe()
    conversation = harness.open()
    harness.webhooks.post(harness.webhooks.message_form(conversation.alice, conversation.alices, "hello"))
    harness.run_job()
    return harness


def test_the_signature_of_a_form_callback_and_of_an_event(told):
    """Source: Twilio, "Webhooks security": form fields, or for JSON the hash of the body in `bodySHA256`."""
    (callback, event) = (told.receiver.at(path)[0] for path in ("/callback", "/events"))
    check = RequestValidator(TOKEN).validate
    assert check(f"{told.receiver.url}/callback?key=k%20ey", callback.form, callback.headers["x-twilio-signature"])
    url = f"{told.receiver.url}{event.path}"
    assert check(url, event.body.decode(), event.headers["x-twilio-signature"])
    assert not check(url, event.body.decode() + " ", event.headers["x-twilio-signature"])


def test_standard_webhooks_fits_events_alone(told):
    """Source: standardwebhooks 1.1.0, `Webhook.verify`: it returns the body parsed as JSON."""
    secret = told.request("GET", f"/events/v1/Services/{told.sid}/Secret")["secret"]
    (callback, event) = (told.receiver.at(path)[0] for path in ("/callback", "/events"))
    assert Webhook(secret).verify(event.body.decode(), event.headers)["type"] == "session.opened"
    with pytest.raises(json.JSONDecodeError):
        Webhook(secret).verify(callback.body.decode(), callback.headers)
