"""A late report of the carrier does not change a later state: docs/carrier-codes.md, docs/opt-outs.md."""

from __future__ import annotations

import pytest

from carrier.inbound import Inbound
from common.sids import new
from common.steps import finish
from relay.inbound import decide
from services.snapshot import read_snapshot
from storage import keys
from tests.jobs.reconciling.test_carrier_codes import DAY, is_stopped, refuse, told
from tests.support.reconciling import FIRST, ReconcilingHarness
from tests.support.webhooks import Conversation


def late(harness: ReconcilingHarness, conversation: Conversation, word: str, at_ms: int) -> None:
    """Processes a text from Bob that had no webhook, as if the worker found it in the carrier's list."""
    one = Inbound("message", new("SM"), conversation.bob, conversation.bobs, body=word, late_at_ms=at_ms // 1000 * 1000)
    rt = harness.webhooks.stack.runtime
    finish(rt.store, decide(rt, read_snapshot(rt, harness.webhooks.sid), one))
    harness.run_outbox()


@pytest.mark.parametrize("code", [21614, 30006])
def test_a_delivery_that_is_told_late_lifts_nothing(harness: ReconcilingHarness, code: int) -> None:
    conversation = harness.webhooks.open()
    harness.fault(("status", "drop"))
    harness.text(conversation, "this one arrives")
    first = harness.interactions(conversation)[0]
    harness.clock.advance(5)
    told(harness, conversation, code, "action" if code < 30000 else "callback")
    resource = next(sid for sid, body in harness.sent_texts(conversation.bob).items() if body == "this one arrives")
    harness.post_status(first.sid, resource, "delivered")
    assert is_stopped(harness, conversation, code)


def test_a_weaker_word_leaves_a_stronger_one(harness: ReconcilingHarness) -> None:
    """21614 stays in effect for 30 days; a late 30003 for an earlier text does not shorten or remove it."""
    conversation = harness.webhooks.open()
    refuse(harness, conversation.bob, 30003, "look-up")
    harness.text(conversation, "before")
    harness.clock.advance(1)
    told(harness, conversation, 21614, "action")
    harness.run_job(FIRST, 61)
    assert harness.interactions(conversation)[0].outbound_resource_status in ("failed", "undelivered")
    assert is_stopped(harness, conversation, 21614)


def test_a_text_that_is_found_late_lifts_nothing_that_was_told_after_it(harness: ReconcilingHarness) -> None:
    conversation = harness.webhooks.open()
    at = harness.clock() + 1000
    harness.clock.advance(30)
    told(harness, conversation, 30006, "callback")
    harness.clock.advance(60)
    late(harness, conversation, "I was here then", at)
    assert is_stopped(harness, conversation, 30006)


def test_a_STOP_that_is_found_behind_a_later_START(harness: ReconcilingHarness) -> None:
    conversation = harness.webhooks.open()
    at = harness.clock() + 1000
    harness.clock.advance(30)
    harness.webhooks.text(conversation.bob, conversation.bobs, "START")
    harness.clock.advance(60)
    late(harness, conversation, "STOP", at)
    assert not is_stopped(harness, conversation, 21610)


@pytest.mark.parametrize("word", ["START", "UNSTOP", "YES"])
def test_a_START_that_is_found_behind_a_later_STOP(harness: ReconcilingHarness, word: str) -> None:
    conversation = harness.webhooks.open()
    at = harness.clock() + 1000
    harness.clock.advance(30)
    # Only Maskline understands this word: the carrier itself does not block the person.
    harness.webhooks.text(conversation.bob, conversation.bobs, "Stop!")
    harness.clock.advance(60)
    late(harness, conversation, word, at)
    assert is_stopped(harness, conversation, 21610)


def test_a_STOP_that_is_found_late_counts_however_much_they_wrote_since(harness: ReconcilingHarness) -> None:
    conversation = harness.webhooks.open()
    told(harness, conversation, 30006, "callback")
    at = harness.clock() + 1000
    harness.clock.advance(30)
    harness.webhooks.text(conversation.bob, conversation.bobs, "I am here")
    late(harness, conversation, "STOP", at)
    assert is_stopped(harness, conversation, 21610)


def test_words_of_begin_do_not_pile_up(harness: ReconcilingHarness) -> None:
    """YES is a common word, so its record is removed once no late status can arrive for it any more."""
    key, client = keys.service("unreachable", harness.webhooks.sid), harness.store.client
    conversation = harness.webhooks.open()
    before = client.hlen(key)
    for _ in range(5):
        harness.webhooks.text(harness.webhooks.new_person(), conversation.bobs, "Yes")
    assert client.hlen(key) == before + 5
    harness.clock.advance(9 * DAY)
    harness.webhooks.text(conversation.bob, conversation.bobs, "Yes")
    assert client.hlen(key) == 1
