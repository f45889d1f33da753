"""The final state is the same if lists fail, webhooks are late, repeated or reordered, or records are deleted."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jobs import recurring
from tests.support.reconciling import FIRST, SECOND, ReconcilingHarness

# Slow: runs webhooks and jobs in many orders.
pytestmark = pytest.mark.slow


@pytest.mark.parametrize("do", ["429", "500", "503", "reset"])
def test_a_list_that_cannot_be_had(harness: ReconcilingHarness, do: str) -> None:
    """While the list fails, no status changes, however long that lasts."""
    conversation, other = harness.webhooks.open(), harness.webhooks.open()
    harness.drop_webhooks()
    harness.text(conversation, "hello")
    harness.clear_faults()
    harness.lose_answer(other, "hello")
    harness.fault(("rest:messages", do), method="GET")
    harness.run_job(FIRST, SECOND, SECOND, SECOND)
    assert harness.statuses(conversation) + harness.statuses(other) == ["queued", "queued"]
    harness.clear_faults()
    harness.run_job(FIRST * 2, SECOND)
    assert (harness.statuses(conversation), harness.statuses(other)) == (["delivered"], ["queued"])
    assert len(harness.events("message.resent")) == 1


def test_what_the_carrier_tells_goes_before_what_was_found(harness: ReconcilingHarness) -> None:
    """Of two equal texts, the first was late, so each was matched with the other's resource."""
    conversation = harness.webhooks.open()
    harness.drop_webhooks()
    for _ in range(2):
        harness.text(conversation, "ok")
    harness.run_job(FIRST)
    (first, second), (one, two) = harness.interactions(conversation), harness.sent_texts(conversation.bob)
    harness.post_status(first.sid, two, "undelivered")
    harness.post_status(second.sid, one, "sent")
    found = [(i.outbound_resource_sid, i.outbound_resource_status) for i in harness.interactions(conversation)]
    assert found == [(two, "undelivered"), (one, "sent")]
    harness.post_status(first.sid, one, "delivered")
    assert harness.interactions(conversation)[0].outbound_resource_sid == two


def test_told_after_it_was_called_lost(harness: ReconcilingHarness) -> None:
    conversation = harness.webhooks.open()
    harness.lose_answer(conversation, "hello")
    harness.run_job(FIRST, SECOND)
    one = harness.interaction(conversation)
    harness.post_status(one.sid, "SM" + "5" * 32, "delivered")
    assert (harness.interaction(conversation).outbound_resource_sid, harness.statuses(conversation)) == (
        "SM" + "5" * 32,
        ["delivered"],
    )


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.permutations(["queued", "sent", "delivered", "look", "look"]), st.integers(0, 2))
def test_webhooks_and_looks_in_any_order(harness: ReconcilingHarness, steps: list[str], dropped: int) -> None:
    """Webhooks may be late, repeated or missing: the final status is the same."""
    harness = harness.renew()
    conversation = harness.webhooks.open()
    harness.drop_webhooks()
    harness.text(conversation, "hello")
    (sid,) = harness.sent_texts(conversation.bob)
    for step in steps[dropped:]:
        if step == "look":
            harness.run_job(FIRST)
        else:
            harness.post_status(harness.interaction(conversation).sid, sid, step)
            harness.post_status(harness.interaction(conversation).sid, sid, step)
    harness.run_job(500)
    one = harness.interaction(conversation)
    assert (one.outbound_resource_sid, one.outbound_resource_status) == (sid, "delivered")


def test_doubled_and_reordered_webhooks(harness: ReconcilingHarness) -> None:
    conversation = harness.webhooks.open()
    harness.webhooks.sim("POST", "/faults", webhook_copies=3)
    harness.fault(("statuses", "reorder"))
    for _ in range(3):
        harness.text(conversation, "ok")
    n = len(harness.events("interaction.updated"))
    harness.run_job(FIRST, SECOND)
    assert harness.statuses(conversation) == ["delivered"] * 3
    assert len(harness.events("interaction.updated")) == n
    assert len(harness.sent_texts(conversation.bob)) == 3


@pytest.mark.failures
def test_one_that_cannot_be_read_holds_up_no_other(harness: ReconcilingHarness) -> None:
    broken, conversation = harness.webhooks.open(), harness.webhooks.open()
    harness.drop_webhooks()
    harness.text(broken, "hello")
    harness.text(conversation, "hello")
    harness.damage_text(harness.interaction(broken).sid)
    harness.run_job(FIRST)
    assert harness.statuses(conversation) == ["delivered"]
    assert harness.count_watched() == 1


def test_looked_for_by_many_at_once(harness: ReconcilingHarness) -> None:
    conversation = harness.webhooks.open()
    harness.drop_webhooks()
    for _ in range(3):
        harness.text(conversation, "ok")
    harness.clock.advance(FIRST)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: recurring.reconcile(), range(4)))
    assert len(harness.events("interaction.updated")) == 3
    assert len({one.outbound_resource_sid for one in harness.interactions(conversation)}) == 3


def test_deleted_meanwhile(harness: ReconcilingHarness) -> None:
    conversation, other = harness.webhooks.open(), harness.webhooks.open()
    harness.drop_webhooks()
    harness.text(conversation, "hello")
    harness.text(other, "hello")
    conversation.session.interactions(harness.interaction(conversation).sid).delete()
    other.session.delete()
    harness.run_job(FIRST)
    assert harness.count_watched() == 0


def test_deleted_at_the_carrier(harness: ReconcilingHarness) -> None:
    conversation = harness.webhooks.open()
    harness.fault(("status", "drop"))
    harness.text(conversation, "hello")
    harness.webhooks.client.messages(harness.interaction(conversation).outbound_resource_sid).delete()
    harness.run_job(FIRST)
    assert (harness.count_watched(), harness.statuses(conversation)) == (0, ["queued"])


def test_no_number_in_any_log(harness: ReconcilingHarness, caplog: pytest.LogCaptureFixture) -> None:
    conversation = harness.webhooks.open()
    harness.lose_answer(conversation, "hello")
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("urllib3").setLevel(logging.WARNING)
        harness.run_job(FIRST)
        harness.fault(("rest:messages", "429"), method="GET")
        harness.run_job(SECOND)
    assert "status 429" in caplog.text
    assert not [real for real in (conversation.alice, conversation.bob) if real[1:] in caplog.text]


def test_a_worker_that_was_suspended_notes_nothing(
    harness: ReconcilingHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its list is old, and another worker may hold the claim."""
    conversation = harness.webhooks.open()
    harness.lose_answer(conversation, "hello")
    with monkeypatch.context() as patch:
        patch.setattr("common.claim_worker.Claim.is_older_than", lambda *_: True)
        harness.run_job(FIRST, SECOND, SECOND)
    assert harness.statuses(conversation) == ["queued"]
    harness.run_job(SECOND)
    assert harness.events("message.resent") == []
    harness.run_job(SECOND)
    assert len(harness.events("message.resent")) == 1


def test_a_look_that_began_before_the_first_is_no_second_look(harness: ReconcilingHarness) -> None:
    """Two workers looked at the same time, and one of them notes it minutes later."""
    conversation = harness.webhooks.open()
    harness.lose_answer(conversation, "hello")
    began = harness.clock.now
    harness.run_job(FIRST)
    harness.clock.advance(SECOND)
    args = {
        "interaction": harness.interaction(conversation).sid, "state": "delivery-unknown", "apart_ms": 120_000,
        "window_ms": 3_600_000, "whole": True,
    }  # fmt: skip
    note = partial(harness.store.service, "note_missing", harness.webhooks.sid)
    assert not note({**args, "looked": began})["lost"]
    assert note({**args, "looked": harness.clock.now})["lost"]
