"""Texts are redacted at the carrier once they are final and `RedactAfter` has passed; phones keep them."""

from __future__ import annotations

import json
from typing import Any

import pytest
import requests

from jobs import recurring
from storage import keys
from tests.jobs.redaction.harness import AFTER, PAST, RedactionHarness
from tests.support.answering_app import App
from tests.support.faulty_carrier import carrier_with
from tests.support.stack import ACCOUNT, TOKEN
from tests.support.webhooks import Conversation

# Slow: sends and redacts many texts at the carrier.
pytestmark = pytest.mark.slow


DAY = 86_400


def test_a_relayed_text(harness: RedactionHarness) -> None:
    harness.turn_on()
    conversation = harness.webhooks.open()
    harness.reconciling.text(conversation, "meet me at noon")
    assert harness.states(conversation) == ("pending", "pending")
    harness.run_job(0, AFTER - 1)
    assert harness.carrier_texts() == ["meet me at noon"] * 2 and harness.states(conversation) == ("pending", "pending")
    harness.run_job(2)
    assert harness.carrier_texts() == [""] * 2 and harness.states(conversation) == ("redacted", "redacted")
    assert harness.codes(conversation) == (None, None) and harness.waiting_sids() == []
    assert harness.webhooks.inbox(conversation.bob) == [(conversation.bobs, "meet me at noon")]
    told = {(e["leg"], e["interaction"]) for e in harness.reconciling.events("message.redacted")}
    assert told == {(leg, harness.reconciling.interaction(conversation).sid) for leg in ("inbound", "outbound")}
    (data,) = [one["data"] for one in harness.shown_interactions(conversation)]
    assert data == '{"body":"meet me at noon"}'


def test_nobody_asked_for_it(harness: RedactionHarness) -> None:
    conversation = harness.webhooks.open()
    harness.reconciling.text(conversation, "meet me at noon")
    harness.run_job(DAY)
    assert harness.carrier_texts() == ["meet me at noon"] * 2
    assert harness.states(conversation) == (None, None) and harness.waiting_sids() == []


def test_who_does_not_ask_pays_nothing(harness: RedactionHarness) -> None:
    """Counts the commands of the store, including the commands inside scripts."""
    client: Any = harness.store.servers.holding(keys.service("service", harness.webhooks.sid))

    def cost() -> dict[str, int]:
        conversation = harness.webhooks.open()
        form = harness.webhooks.message_form(conversation.alice, conversation.alices, "hello")
        client.config_resetstat()
        assert harness.webhooks.post(form).status_code == 200
        ran = client.info("commandstats")
        return {name.removeprefix("cmdstat_"): found["calls"] for name, found in ran.items()}

    _, plain = cost(), cost()
    harness.turn_on()
    # The first webhook after a change loads the new settings.
    _, asked = cost(), cost()
    more = {name: asked[name] - plain.get(name, 0) for name in asked if asked[name] != plain.get(name, 0)}
    assert more == {"hset": 1, "zadd": 1}


def test_not_before_it_is_over(harness: RedactionHarness) -> None:
    harness.turn_on()
    conversation = harness.webhooks.open()
    harness.reconciling.drop_webhooks()
    harness.reconciling.text(conversation, "hello")
    (sid,) = harness.reconciling.sent_texts(conversation.bob)
    one = harness.reconciling.interaction(conversation).sid
    for status in ("queued", "sending", "sent"):
        harness.reconciling.post_status(one, sid, status)
        harness.run_job(PAST)
        assert harness.states(conversation) == ("redacted", None)
    assert harness.carrier_texts() == ["", "hello"]
    harness.reconciling.post_status(one, sid, "delivered")
    assert harness.states(conversation) == ("redacted", "pending")
    harness.run_job(AFTER - 1)
    assert harness.carrier_texts() == ["", "hello"]
    harness.run_job(2)
    assert harness.carrier_texts() == ["", ""] and harness.states(conversation) == ("redacted", "redacted")
    harness.reconciling.post_status(one, sid, "delivered")
    harness.reconciling.post_status(one, sid, "read")
    assert harness.waiting_sids() == [] and len(harness.reconciling.events("message.redacted")) == 2


@pytest.mark.parametrize("status", ["undelivered", "failed"])
def test_what_was_not_delivered_is_at_the_carrier_as_well(harness: RedactionHarness, status: str) -> None:
    harness.turn_on()
    conversation = harness.webhooks.open()
    harness.reconciling.drop_webhooks()
    harness.reconciling.text(conversation, "hello")
    harness.reconciling.post_status(
        harness.reconciling.interaction(conversation).sid,
        next(iter(harness.reconciling.sent_texts(conversation.bob))),
        status,
    )
    harness.run_job(PAST)
    assert harness.carrier_texts() == ["", ""]


def test_what_the_app_sends(harness: RedactionHarness) -> None:
    harness.turn_on()
    conversation = harness.webhooks.open()
    conversation.session.participants(conversation.bob_sid).message_interactions.create(body="your code is 1234")
    harness.reconciling.run_outbox()
    assert harness.states(conversation) == (None, "pending")
    harness.run_job(PAST)
    assert harness.carrier_texts() == [""] and harness.states(conversation) == (None, "redacted")


def test_what_the_outbox_found_delivered(harness: RedactionHarness) -> None:
    """The send is in doubt; then the outbox finds the message in the carrier's list, already delivered."""
    harness.turn_on()
    conversation = harness.webhooks.open()
    harness.reconciling.drop_webhooks()
    harness.reconciling.fault(("rest:messages", "accept-then-reset"), method="POST", count=1)
    conversation.session.participants(conversation.bob_sid).message_interactions.create(body="hello")
    harness.reconciling.run_outbox()
    assert harness.states(conversation) == (None, None)
    harness.clock.advance(16)
    harness.reconciling.run_outbox()
    assert harness.states(conversation) == (None, "pending")
    harness.run_job(PAST)
    assert harness.carrier_texts() == [""] and harness.states(conversation) == (None, "redacted")


def test_what_only_a_look_found(harness: RedactionHarness) -> None:
    harness.turn_on()
    conversation = harness.webhooks.open()
    harness.reconciling.drop_webhooks()
    harness.reconciling.text(conversation, "hello")
    harness.reconciling.run_job(31)
    assert harness.states(conversation) == ("pending", "pending")
    harness.run_job(PAST)
    assert harness.carrier_texts() == ["", ""]


def test_what_stays_sent_for_ever(harness: RedactionHarness) -> None:
    """Many networks give no receipt: after half a day the status is no longer checked and counts as final."""
    harness.turn_on()
    conversation = harness.webhooks.open()
    harness.reconciling.drop_webhooks()
    harness.reconciling.text(conversation, "hello")
    (sid,) = harness.reconciling.sent_texts(conversation.bob)
    harness.reconciling.post_status(harness.reconciling.interaction(conversation).sid, sid, "sent")
    doc = requests.get(
        f"{harness.webhooks.stack.carrier.url}/2010-04-01/Accounts/{ACCOUNT}/Messages/{sid}.json",
        auth=(ACCOUNT, TOKEN), timeout=30,
    ).json()  # fmt: skip

    def unfinished(method: str, path: str) -> dict[str, Any] | None:
        return {**doc, "status": "sent"} if method == "GET" and path.endswith(f"{sid}.json") else None

    with carrier_with(harness.webhooks.stack, unfinished):
        harness.reconciling.run_job(*[3600] * 11)
        assert harness.states(conversation)[1] is None and harness.reconciling.count_watched() == 1
        harness.reconciling.run_job(DAY)
    assert harness.reconciling.count_watched() == 0 and harness.states(conversation)[1] == "pending"
    assert harness.reconciling.events("interaction.updated")[-1]["outbound"]["redaction"] == "pending"
    harness.run_job(PAST)
    assert harness.carrier_texts() == ["", ""]


def test_asked_of_the_app_first(harness: RedactionHarness) -> None:
    """The app does not answer: Alice's text is relayed, the unknown sender's text is not. Both are redacted."""
    harness.turn_on()
    conversation = harness.webhooks.open()
    harness.webhooks.set_fields(
        InterceptCallbackUrl="http://127.0.0.1:1/", OutOfSessionCallbackUrl="http://127.0.0.1:1/"
    )
    harness.reconciling.text(conversation, "hello")
    assert harness.states(conversation) == ("pending", "pending")
    harness.webhooks.text(harness.webhooks.new_person(), conversation.alices, "anybody there?")
    harness.run_job(PAST)
    assert harness.states(conversation) == ("redacted", "redacted") and harness.waiting_sids() == []
    assert [text for way, text in harness.carrier_copies() if way == "inbound"] == ["", ""]


def test_a_session_that_the_app_makes_when_it_is_asked(harness: RedactionHarness) -> None:
    """The Interaction is created after the callback, and shows the redaction of the text that came before it."""
    harness.turn_on()
    app, who, owner = App(), harness.webhooks.new_person(), harness.webhooks.new_person()
    app.answer = lambda asked: (200, json.dumps({"participantIdentifier": owner}), {"Content-Type": "application/json"})
    harness.webhooks.set_fields(OutOfSessionCallbackUrl=f"{app.url}/lost")
    harness.webhooks.text(who, harness.webhooks.pool[0], "still for sale?")
    app.stop()
    (made,) = harness.webhooks.service.sessions.list()
    conversation = Conversation(harness.webhooks.service.sessions(made.sid), who, owner, "", "", "")
    assert harness.states(conversation) == ("pending", "pending")
    harness.run_job(PAST)
    assert harness.states(conversation) == ("redacted", "redacted") and set(harness.carrier_texts()) == {""}


def test_a_message_that_was_taken_for_another(harness: RedactionHarness) -> None:
    """The carrier's webhook replaces the message that the reconciling job matched; both messages are redacted."""
    harness.turn_on()
    conversation = harness.webhooks.open()
    harness.reconciling.drop_webhooks()
    harness.reconciling.text(conversation, "hello")
    harness.reconciling.run_job(31)
    found = harness.waiting_sids()
    named = harness.webhooks.client.messages.create(to=conversation.bob, from_=conversation.bobs, body="hello").sid
    harness.reconciling.post_status(harness.reconciling.interaction(conversation).sid, str(named), "delivered")
    assert sorted(harness.waiting_sids()) == sorted([*found, str(named)])
    harness.run_job(PAST)
    assert harness.states(conversation) == ("redacted", "redacted") and set(harness.carrier_texts()) == {""}


@pytest.mark.parametrize("known", [True, False])
def test_whose_webhook_never_came(harness: RedactionHarness, known: bool) -> None:
    harness.turn_on()
    conversation = harness.webhooks.open()
    recurring.find_missed()
    harness.reconciling.fault(("message", "drop"), ("fallback", "drop"))
    sender = conversation.alice if known else harness.webhooks.new_person()
    harness.webhooks.sim("POST", "/text?wait=1", **{"from": sender, "to": conversation.alices, "body": "hello"})
    harness.reconciling.clear_faults()
    harness.clock.advance(200)
    recurring.find_missed()
    assert len(harness.waiting_sids()) == 1
    harness.reconciling.run_outbox()
    harness.run_job(PAST)
    assert harness.waiting_sids() == [] and set(harness.carrier_texts()) == {""}


def test_calls_have_no_text(harness: RedactionHarness) -> None:
    harness.turn_on()
    conversation = harness.webhooks.open()
    harness.webhooks.sim("POST", "/call?wait=1", **{"from": conversation.alice, "to": conversation.alices, "talk": 1})
    (one,) = harness.shown_interactions(conversation)
    assert (one["type"], one["inbound_redaction"], one["outbound_redaction"]) == ("voice", None, None)
    conversation.session.delete()
    assert harness.waiting_sids() == []


def test_what_waits_names_nobody(harness: RedactionHarness) -> None:
    harness.turn_on()
    conversation = harness.webhooks.open()
    harness.reconciling.text(conversation, "a secret")
    client: Any = harness.store.client
    for key in client.keys("{" + harness.webhooks.sid + "}:redact*"):
        value = client.hgetall(key) if client.type(key) == b"hash" else client.zrange(key, 0, -1)
        assert not any(word in str(value) for word in (conversation.alice[1:], conversation.bob[1:], "secret"))
