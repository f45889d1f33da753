"""Messages without webhooks from the carrier: they are found in its list, or marked as lost."""

from __future__ import annotations

import pytest

from carrier import twiml
from tests.support.reconciling import FIRST, SECOND, ReconcilingHarness

# Slow: sends many messages and searches the carrier's lists for each.
pytestmark = pytest.mark.slow


def test_told_by_nobody_and_found(harness: ReconcilingHarness) -> None:
    conversation = harness.webhooks.open()
    harness.drop_webhooks()
    harness.text(conversation, "hello")
    harness.run_job(29)
    assert harness.interaction(conversation).outbound_resource_sid is None
    harness.run_job(2)
    one = harness.interaction(conversation)
    assert {one.outbound_resource_sid: "hello"} == harness.sent_texts(conversation.bob)
    assert one.outbound_resource_status == "delivered"
    assert harness.count_watched() == 0


def test_what_the_carrier_told_is_not_looked_for(harness: ReconcilingHarness) -> None:
    conversation = harness.webhooks.open()
    harness.text(conversation, "hello")
    assert harness.statuses(conversation) == ["delivered"]
    assert harness.count_watched() == 0
    n = len(harness.events("interaction.updated"))
    harness.run_job(FIRST, SECOND, 4000)
    assert len(harness.events("interaction.updated")) == n


def test_an_end_that_was_not_told(harness: ReconcilingHarness) -> None:
    """The action webhook brings the SID; all status webhooks are lost."""
    conversation = harness.webhooks.open()
    harness.fault(("status", "drop"))
    harness.webhooks.sim("POST", "/faults", refuse={"to": conversation.bob, "code": 30003})
    harness.text(conversation, "hello")
    assert harness.statuses(conversation) == ["queued"]
    harness.run_job(FIRST)
    assert harness.statuses(conversation) == ["undelivered"]
    assert harness.events("interaction.updated")[-1]["outbound"]["code"] == 30003


def test_what_is_sent_may_take_its_time(harness: ReconcilingHarness) -> None:
    conversation = harness.webhooks.open()
    harness.fault(("status", "drop"))
    harness.text(conversation, "hello")
    one = harness.interaction(conversation)
    harness.post_status(one.sid, one.outbound_resource_sid, "sent")
    harness.run_job(FIRST, 400)
    assert harness.statuses(conversation) == ["sent"]
    harness.run_job(60)
    assert harness.statuses(conversation) == ["delivered"]


def test_equal_texts_in_flight(harness: ReconcilingHarness) -> None:
    """Each Interaction gets its own resource, in the order in which the texts were sent."""
    conversation = harness.webhooks.open()
    harness.drop_webhooks()
    for _ in range(5):
        harness.text(conversation, "ok")
    harness.run_job(FIRST)
    assert harness.statuses(conversation) == ["delivered"] * 5
    assert [one.outbound_resource_sid for one in harness.interactions(conversation)] == list(
        harness.sent_texts(conversation.bob)
    )


def test_some_told_and_some_not(harness: ReconcilingHarness) -> None:
    conversation = harness.webhooks.open()
    for n in range(6):
        harness.fault(("action", "drop"), ("status", "drop"), count=1 + n % 2)
        harness.text(conversation, "ok")
        harness.clear_faults()
    harness.run_job(FIRST)
    found = [one.outbound_resource_sid for one in harness.interactions(conversation)]
    assert set(harness.statuses(conversation)) == {"delivered"}
    assert set(found) == set(harness.sent_texts(conversation.bob)) and len(set(found)) == 6


def test_a_text_in_two_parts(harness: ReconcilingHarness) -> None:
    conversation = harness.webhooks.open()
    harness.drop_webhooks()
    harness.text(conversation, "x" * 2000)
    harness.text(conversation, "y")
    harness.run_job(FIRST)
    sent = harness.sent_texts(conversation.bob)
    assert [sent[one.outbound_resource_sid] for one in harness.interactions(conversation)] == ["x" * 500, "y"]


def test_lost_and_sent_after_all(harness: ReconcilingHarness) -> None:
    conversation = harness.webhooks.open()
    sid = harness.lose_answer(conversation, "hello")
    harness.run_job(FIRST, SECOND - 2)
    harness.run_outbox()
    assert (harness.statuses(conversation), harness.webhooks.inbox(conversation.bob)) == (["queued"], [])
    harness.run_job(2)
    one = harness.interaction(conversation)
    assert harness.events("message.resent") == [{"interaction": one.sid, "sid": sid}]
    assert harness.count_watched() == 0
    harness.run_outbox()
    assert (harness.statuses(conversation), harness.webhooks.inbox(conversation.bob)) == (
        ["delivered"],
        [(conversation.bobs, "hello")],
    )


def test_lost_for_good(harness: ReconcilingHarness) -> None:
    """The Session is closed, so the text may not be sent again."""
    conversation = harness.webhooks.open()
    sid = harness.lose_answer(conversation, "hello")
    conversation.session.update(status="closed")
    harness.run_job(FIRST, SECOND)
    harness.run_outbox()
    one = harness.interaction(conversation)
    assert (one.outbound_resource_status, one.outbound_resource_sid) == ("delivery-unknown", None)
    assert harness.events("message.lost") == [{"interaction": one.sid, "sid": sid}]
    assert harness.webhooks.inbox(conversation.bob) == []


def test_a_long_text_of_which_the_end_is_lost(harness: ReconcilingHarness) -> None:
    """The carrier may have sent the first part, so sending the whole text again could repeat that part."""
    conversation = harness.webhooks.open()
    harness.lose_answer(conversation, "x" * 2000)
    harness.run_job(FIRST, SECOND)
    harness.run_outbox()
    assert (harness.statuses(conversation), harness.webhooks.inbox(conversation.bob)) == (["delivery-unknown"], [])


def test_a_lost_one_is_never_relayed_twice(harness: ReconcilingHarness) -> None:
    conversation = harness.webhooks.open()
    sid = harness.lose_answer(conversation, "hello")
    harness.run_job(FIRST, SECOND)
    harness.run_outbox()
    window = harness.webhooks.stack.runtime.settings.replay_window_seconds
    for seconds in (0, window - 10):
        harness.clock.advance(seconds)
        assert harness.repeat_webhook(conversation, sid, "hello") == twiml.EMPTY
    harness.run_outbox()
    assert harness.webhooks.inbox(conversation.bob) == [(conversation.bobs, "hello")]
    assert len(harness.interactions(conversation)) == 1


def test_a_webhook_between_two_looks(harness: ReconcilingHarness) -> None:
    """The carrier may act on the answer to that webhook, so the first check no longer counts."""
    conversation = harness.webhooks.open()
    sid = harness.lose_answer(conversation, "hello")
    harness.run_job(FIRST)
    harness.clock.advance(SECOND - 1)
    assert "hello" in harness.repeat_webhook(conversation, sid, "hello")
    harness.run_job(1)
    assert harness.statuses(conversation) == ["queued"]
    assert "hello" in harness.repeat_webhook(conversation, sid, "hello")
    assert harness.events("message.resent") == []
    harness.run_job(SECOND, SECOND)
    assert len(harness.events("message.resent")) == 1


@pytest.mark.parametrize("lost", [0, 1, 2])
@pytest.mark.parametrize("bodies", [["ok", "ok", "ok"], ["one", "two", "three"]])
def test_one_of_three_is_lost(harness: ReconcilingHarness, bodies: list[str], lost: int) -> None:
    conversation = harness.webhooks.open()
    for n, body in enumerate(bodies):
        harness.clear_faults()
        harness.drop_webhooks()
        (harness.lose_answer if n == lost else harness.text)(conversation, body)
    harness.clear_faults()
    harness.run_job(FIRST, SECOND)
    sent, found = harness.sent_texts(conversation.bob), harness.interactions(conversation)
    assert sorted(harness.statuses(conversation)) == ["delivered", "delivered", "queued"]
    linked = [one.outbound_resource_sid for one in found if one.outbound_resource_sid]
    assert sorted(linked) == sorted(sent)
    if len(set(bodies)) == 3:
        assert found[lost].outbound_resource_status == "queued"
    harness.run_outbox()
    assert sorted(body for _, body in harness.webhooks.inbox(conversation.bob)) == sorted(bodies)


def test_what_others_send_over_the_same_number(harness: ReconcilingHarness) -> None:
    """The app's own messages and the notice that the other person opted out are not matched with a relayed text."""
    conversation = harness.webhooks.open()
    harness.drop_webhooks()
    harness.webhooks.client.messages.create(to=conversation.bob, from_=conversation.bobs, body="from the app")
    harness.webhooks.text(conversation.alice, conversation.alices, "STOP")
    harness.webhooks.text(conversation.bob, conversation.bobs, "see")
    harness.lose_answer(conversation, "hello")
    assert len(harness.sent_texts(conversation.bob)) == 2
    harness.run_job(FIRST, SECOND)
    # Bob's text was stopped, so it is an Interaction without an outbound side.
    [lost] = [one for one in harness.interactions(conversation) if one.outbound_participant_sid]
    assert (lost.outbound_resource_status, lost.outbound_resource_sid) == ("queued", None)


def test_said_once_more_it_changes_nothing(harness: ReconcilingHarness) -> None:
    """Reporting a missing text again (lost reply, expired claim) queues it only once and does not block later texts."""
    conversation = harness.webhooks.open()
    harness.lose_answer(conversation, "hello")
    harness.run_job(FIRST, SECOND)
    one = harness.interaction(conversation)
    args = {
        "interaction": one.sid,
        "state": "delivery-unknown",
        "apart_ms": 1,
        "window_ms": 3_600_000,
        "whole": True,
        "looked": harness.clock.now,
    }
    for _ in range(3):
        harness.clock.advance(1)
        harness.store.service("note_missing", harness.webhooks.sid, args)
    harness.text(conversation, "and another")
    harness.run_outbox()
    assert [body for _, body in harness.webhooks.inbox(conversation.bob)] == ["hello", "and another"]
