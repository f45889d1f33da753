"""Messages that must no longer be sent: the claim checks them again and cancels them, and an event says so."""

from __future__ import annotations

from typing import Any

import pytest

from policy.opt_outs import OptOut, export_opt_outs, import_opt_outs
from services.services import find_service
from tests.outbox.messages.test_doubt import doubtful, dying
from tests.support.outbox import DOUBT, LEASE, OutboxHarness
from tests.support.webhooks import Conversation


def close(conversation: Conversation) -> Any:
    return conversation.session.update(status="closed")


def remove(conversation: Conversation) -> Any:
    return conversation.session.participants(conversation.bob_sid).delete()


@pytest.mark.parametrize("end", [close, remove])
def test_an_end_cancels_what_waits(harness: OutboxHarness, end: Any) -> None:
    conversation = harness.open()
    sent = [harness.send(conversation, f"number {n}") for n in range(2)]
    end(conversation)
    harness.run_job(1)
    assert harness.received(conversation.bob) == [] and harness.keys_left() == []
    assert harness.statuses(conversation) == ["canceled"] * 2
    assert harness.events("message.canceled") == [{"interaction": one.sid, "reason": "closed"} for one in sent]


def test_a_session_past_its_time_sends_nothing(harness: OutboxHarness) -> None:
    conversation = harness.webhooks.open(ttl=60)
    harness.send(conversation, "hello")
    harness.clock.advance(61)
    harness.run_job()
    assert harness.received(conversation.bob) == [] and harness.statuses(conversation) == ["canceled"]


def test_what_is_on_its_way_may_end(harness: OutboxHarness) -> None:
    """The Session is closed while the message is in doubt: the list still settles it, and it is not sent again."""
    conversation = harness.open()
    made = doubtful(harness, conversation)
    close(conversation)
    harness.run_job(16)
    assert harness.state(made)[1] == harness.sent_sids(conversation.bob)[0] and harness.keys_left() == []


def test_what_is_in_doubt_is_not_sent_after_the_end(harness: OutboxHarness) -> None:
    """Nobody knows whether the message went out before, so `canceled` could be wrong."""
    conversation = harness.open()
    made = doubtful(harness, conversation, do="reset")
    close(conversation)
    harness.run_job(DOUBT, 1)
    assert harness.received(conversation.bob) == [] and harness.keys_left() == []
    assert harness.state(made)[0] == "delivery-unknown"


def test_an_interaction_deleted_while_it_waits(harness: OutboxHarness) -> None:
    conversation = harness.open()
    made = harness.send(conversation, "never")
    harness.send(conversation, "behind it")
    assert conversation.session.interactions(made.sid).delete()
    harness.run_job(1)
    assert harness.received(conversation.bob) == ["behind it"] and harness.keys_left() == []


def test_a_session_deleted(harness: OutboxHarness) -> None:
    conversation = harness.open()
    harness.send(conversation, "never")
    assert conversation.session.delete()
    harness.run_job(1)
    assert harness.received(conversation.bob) == [] and harness.keys_left() == []


def test_a_service_deleted(harness: OutboxHarness) -> None:
    conversation = harness.open()
    harness.send(conversation, "never")
    assert harness.webhooks.service.delete()
    harness.run_job(1, LEASE, DOUBT)
    assert harness.received(conversation.bob) == []


def opted_out(harness: OutboxHarness) -> list[dict[str, Any]]:
    return harness.events("person.opted_out")


def test_who_opted_out_gets_nothing_that_waits(harness: OutboxHarness) -> None:
    conversation = harness.open()
    sent = [harness.send(conversation, f"number {n}") for n in range(2)]
    put(harness, conversation)
    harness.run_job(1)
    assert harness.received(conversation.bob) == [] and harness.keys_left() == []
    assert harness.statuses(conversation) == ["failed"] * 2
    assert [e["outbound"]["code"] for e in harness.events("interaction.updated")][-2:] == [21610] * 2
    assert harness.events("message.canceled") == [{"interaction": one.sid, "reason": "opted_out"} for one in sent]
    conversation.session.participants(conversation.session.participants.list()[0].sid).message_interactions.create(
        body="to Alice"
    )
    harness.run_job(1)
    assert harness.received(conversation.alice) == ["to Alice"]


def put(harness: OutboxHarness, conversation: Conversation) -> None:
    service = find_service(harness.rt, harness.webhooks.sid)
    assert service and import_opt_outs(harness.rt, service, [OptOut(conversation.bob, conversation.bobs)]) == 1


def test_the_carrier_knows_of_an_opt_out(harness: OutboxHarness) -> None:
    """The carrier's 21610 is recorded as an opt-out, which can be exported; the next message is not even tried."""
    conversation = harness.open()
    harness.webhooks.sim("POST", "/faults", refuse={"to": conversation.bob, "code": 21610})
    harness.send(conversation, "hello")
    harness.run_job()
    assert [(e["by"], e["number"]) for e in opted_out(harness)] == [("carrier", conversation.bobs)]
    service = find_service(harness.rt, harness.webhooks.sid)
    assert service
    (found,) = export_opt_outs(harness.rt, service)
    assert (found.identifier, found.proxy_number, found.by) == (conversation.bob, conversation.bobs, "carrier")
    harness.webhooks.sim("POST", "/faults", refuse={"to": conversation.bob, "code": None})
    harness.send(conversation, "again")
    harness.run_job(1)
    assert harness.received(conversation.bob) == [] and harness.statuses(conversation) == ["failed"] * 2


@pytest.mark.failures
def test_a_death_and_an_opt_out(harness: OutboxHarness) -> None:
    conversation = harness.open()
    dying(harness, "before_post")
    made = harness.send(conversation, "hello")
    harness.run_job()
    put(harness, conversation)
    harness.run_job(LEASE, DOUBT, 1)
    assert harness.received(conversation.bob) == [] and harness.state(made)[0] == "delivery-unknown"
