"""When a record is deleted here, its text at the carrier is redacted at once, because no later job would know it."""

from __future__ import annotations

import pytest

from erasure.services import retire
from jobs import recurring
from outbox import run as outbox
from storage import keys
from tests.jobs.redaction.harness import PAST, RedactionHarness
from tests.support.stack import ACCOUNT

# Slow: creates, uses and deletes whole Services.
pytestmark = pytest.mark.slow


DAY = 86_400


@pytest.mark.parametrize("what", ["interaction", "session", "service"])
def test_what_is_deleted_here_goes_at_once(harness: RedactionHarness, what: str) -> None:
    harness.turn_on(DAY)
    conversation = harness.webhooks.open()
    harness.reconciling.text(conversation, "hello")
    harness.webhooks.text(harness.webhooks.new_person(), conversation.alices, "a stranger's")
    harness.run_job(PAST)
    assert "" not in harness.carrier_texts()
    if what == "interaction":
        next(iter(conversation.session.interactions.list())).delete()
    elif what == "session":
        conversation.session.delete()
    else:
        harness.webhooks.service.delete()
    rt = harness.webhooks.stack.runtime
    assert not retire(rt, ACCOUNT, harness.webhooks.sid)
    harness.run_job(0)
    kept = ["a stranger's"] if what != "service" else []
    assert [text for way, text in harness.carrier_copies() if text and way == "inbound"] == kept
    assert "hello" not in harness.carrier_texts() and len(harness.waiting_sids()) == len(kept)


def test_a_deleted_service_stays_until_the_carrier_has_forgotten(harness: RedactionHarness) -> None:
    """The Service has more Sessions than one script deletes, and the last message has not reached a final status."""
    harness.turn_on(DAY)
    harness.reconciling.text(harness.webhooks.open(), "hello")
    for _ in range(101):
        harness.webhooks.service.sessions.create()
    conversation = harness.webhooks.open()
    harness.reconciling.drop_webhooks()
    harness.reconciling.text(conversation, "last")
    harness.reconciling.post_status(
        harness.reconciling.interaction(conversation).sid,
        next(iter(harness.reconciling.sent_texts(conversation.bob))),
        "sent",
    )
    harness.reconciling.clear_faults()
    rt = harness.webhooks.stack.runtime
    harness.webhooks.service.delete()
    # Pretends that all events are recorded, because waiting events alone would keep the Service.
    rt.store.client.delete(keys.events(harness.webhooks.sid))
    harness.reconciling.fault(("rest:messages", "503"), method="POST")
    harness.run_job(0)
    assert len(harness.waiting_sids()) == 4 and not retire(rt, ACCOUNT, harness.webhooks.sid)
    harness.reconciling.clear_faults()
    harness.run_job(200)
    assert harness.waiting_sids() == [] and set(harness.carrier_texts()) == {""}
    rt.store.client.delete(keys.events(harness.webhooks.sid))
    assert retire(rt, ACCOUNT, harness.webhooks.sid)


def test_deleted_before_the_carrier_named_it(harness: RedactionHarness) -> None:
    harness.turn_on()
    conversation = harness.webhooks.open()
    harness.reconciling.drop_webhooks()
    harness.reconciling.text(conversation, "hello")
    one, (sid,) = harness.reconciling.interaction(conversation), harness.reconciling.sent_texts(conversation.bob)
    one.delete()
    harness.reconciling.post_status(one.sid, sid, "delivered")
    harness.run_job(0)
    assert harness.carrier_texts() == ["", ""] and harness.waiting_sids() == []


def test_deleted_while_it_is_sent(harness: RedactionHarness) -> None:
    """The carrier's answer comes after the Interaction was deleted."""
    harness.turn_on()
    conversation = harness.webhooks.open()
    rt = harness.webhooks.stack.runtime
    harness.webhooks.sim("POST", "/faults", drop_status_callbacks=True)
    made = conversation.session.participants(conversation.bob_sid).message_interactions.create(body="hello")

    def delete(name: str) -> None:
        if name == "after_post":
            conversation.session.interactions(made.sid).delete()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rt, "failpoint", delete)
        recurring.send()
        assert rt.part(outbox.OutboxWorker).wait(30)
    assert harness.carrier_texts() == ["hello"]
    harness.run_job(0)
    assert harness.carrier_texts() == [""] and harness.waiting_sids() == []


def test_a_deletion_where_nobody_asked_for_it(harness: RedactionHarness) -> None:
    conversation = harness.webhooks.open()
    harness.reconciling.text(conversation, "hello")
    conversation.session.delete()
    harness.run_job(DAY)
    assert harness.carrier_texts() == ["hello"] * 2 and harness.waiting_sids() == []
