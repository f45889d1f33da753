"""events_url gets what happens to Sessions: in JSON, signed, and never with personal data."""

from __future__ import annotations

import json
import logging
import re

import pytest
from twilio.request_validator import RequestValidator

from callbacks import events
from common.dates import date
from common.sids import new
from outbox import run as outbox
from pool.drift import check_drift
from tests.support.quiet_hours import around
from tests.support.stack import ACCOUNT, TOKEN

MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
SID = re.compile("[A-Z]{2}[0-9a-f]{32}")
WORD = re.compile("[a-z_.-]+")


def types(harness):
    return [event["type"] for event in harness.events()]


def test_the_life_of_a_session(harness):
    harness.subscribe()
    conversation = harness.open(ttl=3600)
    conversation.session.participants(conversation.bob_sid).delete()
    conversation.session.update(status="closed")
    conversation.session.update(status="in-progress")
    harness.run_job()
    assert types(harness) == [
        "session.opened", "participant.joined", "participant.joined", "participant.removed", "session.closed",
        "session.reopened",
    ]  # fmt: skip
    for event in harness.events():
        assert set(event) == {"type", "timestamp", "data"} and MOMENT.fullmatch(event["timestamp"])
        about = {
            "account_sid": ACCOUNT,
            "service_sid": harness.sid,
            "session_sid": conversation.session._solution["sid"],
        }
        assert about.items() <= event["data"].items()
    assert harness.events("session.closed")[0]["data"]["reason"] == "api"
    assert harness.events("participant.removed")[0]["data"]["participant_sid"] == conversation.bob_sid


def test_both_signatures_hold(harness):
    harness.subscribe()
    harness.open()
    harness.run_job()
    told = harness.receiver.at("/events")
    assert len(told) == 3
    for one in told:
        assert one.headers["content-type"] == "application/json"
        url, signature = f"{harness.receiver.url}{one.path}", one.headers["x-twilio-signature"]
        assert RequestValidator(TOKEN).validate(url, one.body.decode(), signature)
        assert not RequestValidator(TOKEN).validate(url, one.body.decode() + " ", signature)


def test_a_failed_text_is_told_once(harness):
    harness.subscribe()
    conversation = harness.open()
    harness.webhooks.post(harness.webhooks.message_form(conversation.alice, conversation.alices, "hello"))
    harness.run_job()
    interaction, resource = harness.callbacks()[0].form["interactionSid"], new("SM")
    harness.post_status(interaction, resource, "failed", ErrorCode="30003")
    harness.post_status(interaction, resource, "undelivered", ErrorCode="30005")
    harness.run_job()
    (failed,) = harness.events("message.failed")
    assert failed["data"]["interaction_sid"] == interaction
    assert failed["data"]["participant_sid"] == conversation.bob_sid
    assert (failed["data"]["status"], failed["data"]["code"]) == ("failed", 30003)


def test_a_text_held_for_the_day_is_told_of(harness):
    clock = harness.webhooks.clock
    harness.subscribe(QuietHours=around(clock.now), QuietHoursExpiry="600")
    conversation = harness.open()
    made = conversation.session.participants(conversation.bob_sid).message_interactions.create(body="good night")
    until = date(clock.now + 600_000)
    for seconds in (0, 600):
        clock.advance(seconds)
        outbox.send_due(harness.rt, harness.sid, ACCOUNT)
        assert harness.rt.part(outbox.OutboxWorker).wait(60)
        harness.run_job()
    held, expired = harness.events("message.held", "message.expired")
    assert (held["data"]["interaction_sid"], held["data"]["date_until"]) == (made.sid, until)
    assert (expired["type"], expired["data"]["interaction_sid"]) == ("message.expired", made.sid)


def test_a_delivered_text_is_no_event(harness):
    harness.subscribe()
    conversation = harness.open()
    harness.webhooks.text(conversation.alice, conversation.alices, "hello")
    harness.run_job()
    assert set(types(harness)) == {"session.opened", "participant.joined"}


def test_a_number_that_leads_elsewhere_belongs_to_no_session(harness):
    harness.subscribe()
    carrier = harness.webhooks.client.api.v2010.accounts(ACCOUNT).incoming_phone_numbers
    number = carrier.list(phone_number=harness.webhooks.pool[0])[0]
    carrier(number.sid).update(sms_url="https://elsewhere.example/")
    check_drift(harness.rt, harness.sid)
    harness.run_job()
    (event,) = harness.events("number.drift")
    assert event["data"] == {
        "account_sid": ACCOUNT, "service_sid": harness.sid, "phone_number_sid": number.sid, "fields": ["sms_url"],
    }  # fmt: skip
    assert harness.delivery(type="number.drift")["session_sid"] is None


def leaves(value):
    if isinstance(value, dict):
        return [leaf for one in value.values() for leaf in leaves(one)]
    return [leaf for one in value for leaf in leaves(one)] if isinstance(value, list) else [value]


def test_nobody_s_number_name_or_words_go_out_or_stay(harness, caplog):
    """Each value that goes out to events_url is a number, a SID, a date or one of our own words."""
    harness.subscribe(ExpiringSeconds="600")
    name = new("order ")
    with caplog.at_level(logging.DEBUG, logger="maskline"):
        conversation = harness.open(ttl=300)
        conversation.session.update(ttl=1200)
        harness.webhooks.text(conversation.alice, conversation.alices, f"call me at {conversation.alice}, I am {name}")
        harness.receiver.answer = lambda told: 500
        harness.run_later(700)
        harness.receiver.answer = lambda told: 200
        harness.run_later(600)
        conversation.session.delete()
        harness.run_job()
    assert {"session.opened", "participant.joined", "session.expiring", "session.closed"} <= set(types(harness))
    for event in harness.events():
        for leaf in leaves(event["data"]):
            fits = (SID, DATE, WORD)
            assert isinstance(leaf, int) or any(form.fullmatch(leaf) for form in fits), leaf
    out = b"".join(one.body + str(one.headers).encode() for one in harness.receiver.at("/events")).decode()
    logged = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith("maskline"))
    client = harness.rt.store.client
    kept = [client.get(key).decode() for key in client.scan_iter(f"{{{harness.sid}}}:delivery:*")]
    assert kept
    for secret in (conversation.alice, conversation.bob, conversation.alices, conversation.bobs, name):
        assert secret.lstrip("+") not in out
        assert secret.lstrip("+") not in logged
        assert secret.lstrip("+") not in "".join(kept)
    assert "key=" not in logged


CANARY = "+15550001111"


@pytest.mark.parametrize("event_type", events.PUBLIC_EVENTS)
@pytest.mark.parametrize("wrap", [lambda value: value, lambda value: [value], lambda value: [{"sid": value}]])
def test_whatever_an_event_holds_only_known_shapes_go_out(event_type, wrap):
    names = ("sid", "sealed", "who", "number", "name", "reason", "code", "status", "mode", "participant", "interaction",
             "due", "created", "expiry", "people", "fields", "unique_name", "body")  # fmt: skip
    detail = {name: wrap(CANARY) for name in names}
    for people in (detail["people"], [detail]):
        leg = {"status": "failed", "participant": wrap(CANARY), "code": wrap(CANARY)}
        given = {**detail, "people": people, "type": "message", "outbound": leg}
        told = events.public_event(event_type, 1_700_000_000_000, given)
        assert told is not None
        assert CANARY not in events.message(told[0], 1, "KS1", "AC1", "", told[1])


def test_a_blocked_message_is_told_with_its_reason():
    known = {"reason": "intercept", "code": 80909}
    told = events.public_event("message.blocked", 1, {"interaction": "KI" + "1" * 32, **known})
    assert told == ("message.blocked", {"interaction_sid": "KI" + "1" * 32, **known})
    assert json.loads(events.message(told[0], 1, "KS", "AC", "KC", told[1]))["data"]["session_sid"] == "KC"
