"""A text that is never relayed is still at the carrier, and is redacted there."""

from __future__ import annotations

import pytest

from tests.jobs.redaction.harness import AFTER, PAST, RedactionHarness


@pytest.mark.parametrize("body", ["", "   "])
def test_refused_before_anybody_looked_at_it(harness: RedactionHarness, body: str) -> None:
    harness.turn_on()
    conversation = harness.webhooks.open()
    harness.reconciling.text(conversation, body)
    assert len(harness.waiting_sids()) == 1
    harness.run_job(PAST)
    assert harness.waiting_sids() == []


@pytest.mark.parametrize("case", ["stranger", "closed", "STOP", "UNSTOP", "opted out", "blocked", "own number"])
def test_what_was_never_relayed(harness: RedactionHarness, case: str) -> None:
    """The received text is redacted at the carrier. Maskline's own replies stay, because no person wrote them."""
    harness.turn_on()
    conversation = harness.webhooks.open()
    sender, body = conversation.alice, f"I am {case}"
    if case == "stranger":
        sender = harness.webhooks.new_person()
    elif case == "closed":
        conversation.session.update(status="closed")
    elif case in ("STOP", "UNSTOP"):
        body = case
    elif case == "opted out":
        harness.webhooks.post(harness.webhooks.message_form(conversation.bob, conversation.bobs, "STOP"))
    elif case == "blocked":
        harness.webhooks.set_fields(ContentEmail="block")
        body = "write to ann@example.com"
    elif case == "own number":
        sender = conversation.bobs
    harness.webhooks.text(sender, conversation.alices, body)
    said = [text for way, text in harness.carrier_copies() if way != "inbound"]
    assert ("inbound", body) in harness.carrier_copies()
    kept = case in ("opted out", "blocked")
    assert len(harness.shown_interactions(conversation)) == kept
    harness.run_job(AFTER - 1)
    assert ("inbound", body) in harness.carrier_copies()
    harness.run_job(2)
    assert ("inbound", body) not in harness.carrier_copies() and ("inbound", "") in harness.carrier_copies()
    assert [text for way, text in harness.carrier_copies() if way != "inbound"] == said
    if kept:
        assert harness.states(conversation) == ("redacted", None)
    if case != "opted out":
        assert harness.waiting_sids() == []
