"""If a long text was sent as several messages, the carrier's copy of each message is redacted."""

from __future__ import annotations

import pytest

from tests.jobs.redaction.harness import AFTER, PAST, RedactionHarness

# Slow: sends and redacts long texts at the carrier.
pytestmark = pytest.mark.slow

LONG = "".join(f"{n} sheep " for n in range(400))


def test_a_text_in_several_messages(harness: RedactionHarness) -> None:
    """Only the last message's SID is stored; the job finds the others by number, recipient and text."""
    harness.turn_on()
    conversation, other = harness.webhooks.open(), harness.webhooks.open()
    harness.reconciling.text(conversation, LONG)
    assert len(harness.carrier_texts()) == 4 and all(harness.carrier_texts())
    harness.clock.advance(10)
    harness.reconciling.text(other, LONG)
    harness.reconciling.text(conversation, "and so on")
    harness.run_job(AFTER - 9)
    assert harness.shown_interactions(conversation)[0]["outbound_redaction"] == "redacted"
    bobs, others = harness.reconciling.sent_texts(conversation.bob), harness.reconciling.sent_texts(other.bob)
    assert list(bobs.values()) == ["", "", "", "and so on"] and all(others.values()) and len(others) == 3
    assert "".join(body for _, body in harness.webhooks.inbox(conversation.bob)[:3]) == LONG


def test_a_text_that_the_outbox_sent_in_several_messages(harness: RedactionHarness) -> None:
    """Another person may have sent the same text: only the messages of this Interaction are redacted."""
    harness.turn_on()
    harness.webhooks.set_fields(Delivery="send")
    conversation = harness.webhooks.open()
    harness.reconciling.text(conversation, LONG)
    for _ in range(4):
        harness.clock.advance(30)
        harness.reconciling.run_outbox()
    assert "".join(body for _, body in harness.webhooks.inbox(conversation.bob)) == LONG
    harness.run_job(PAST)
    assert set(harness.carrier_texts()) == {""} and harness.states(conversation) == ("redacted", "redacted")
    harness.webhooks.set_fields(Delivery="auto")


def test_a_long_text_of_which_only_a_part_went_out(harness: RedactionHarness) -> None:
    harness.turn_on()
    harness.webhooks.set_fields(Delivery="send")
    conversation = harness.webhooks.open()
    harness.reconciling.text(conversation, LONG)
    harness.reconciling.run_outbox()
    first = [sid for sid, body in harness.reconciling.sent_texts(conversation.bob).items() if body]
    assert len(first) == 1
    conversation.session.update(status="closed")
    harness.clock.advance(30)
    harness.reconciling.run_outbox()
    harness.run_job(PAST)
    assert harness.reconciling.sent_texts(conversation.bob) == {first[0]: ""} and harness.waiting_sids() == []
    harness.webhooks.set_fields(Delivery="auto")


def test_a_text_in_several_messages_that_does_not_open(harness: RedactionHarness) -> None:
    harness.turn_on()
    conversation = harness.webhooks.open()
    harness.reconciling.text(conversation, LONG)
    harness.reconciling.damage_text(harness.reconciling.interaction(conversation).sid)
    harness.run_job(PAST)
    bobs = list(harness.reconciling.sent_texts(conversation.bob).values())
    assert bobs[-1] == "" and all(bobs[:-1]) and harness.waiting_sids() == []
