"""Inbound messages without a webhook: each is recorded once, and sent if the same pair is still connected."""

from __future__ import annotations

import logging
from base64 import b64encode
from typing import Any

import pytest

from carrier import twiml
from jobs import recurring
from jobs.reconciling import missed
from outbox.attachments import run as files
from policy.quotas import rates
from storage.store import StoreUnavailable
from tests.media.cleaning.samples import jpeg
from tests.support.faulty_carrier import carrier_with
from tests.support.reconciling import ReconcilingHarness

# Slow: sends many inbound messages without a webhook, and runs the jobs that find them.
pytestmark = pytest.mark.slow


NO_WEBHOOK = (("message", "drop"), ("fallback", "drop"))
#: The webhook of a younger message may still come; lists have times in whole seconds.
SETTLED = missed.WEBHOOK_WAIT_SECONDS + 4


@pytest.fixture(autouse=True)
def begun(harness: ReconcilingHarness) -> None:
    """The first run of the job stores the time from which it searches."""
    recurring.find_missed()


def late(harness: ReconcilingHarness) -> list[tuple[str, str]]:
    return [(event["sid"], event["reason"]) for event in harness.events("inbound.late")]


def run(harness: ReconcilingHarness, *seconds: float) -> None:
    for each in seconds:
        harness.clock.advance(each)
        recurring.find_missed()


def test_noted_once_and_sent(harness: ReconcilingHarness) -> None:
    conversation = harness.webhooks.open()
    harness.fault(*NO_WEBHOOK)
    sid = harness.text(conversation, "hello")
    run(harness, SETTLED - 10)
    assert late(harness) == []
    run(harness, 10, 1, 60, 60)
    harness.run_outbox()
    assert late(harness) == [(sid, "unsent")]
    one = harness.interaction(conversation)
    assert (one.inbound_resource_sid, one.outbound_resource_status) == (sid, "delivered")
    assert harness.webhooks.inbox(conversation.bob) == [(conversation.bobs, "hello")]


def test_found_at_once_is_not_written_at_once(harness: ReconcilingHarness, monkeypatch: pytest.MonkeyPatch) -> None:
    """Messages that the job finds all at once do not count as sent all at once for the rate limits."""
    few = {kind: {"person": 2, "pair": 2, "service": 2} for kind in ("message", "voice")}
    monkeypatch.setitem(harness.webhooks.stack.runtime._parts, rates, few)
    conversation = harness.webhooks.open()
    harness.fault(*NO_WEBHOOK)
    for n in range(4):
        harness.text(conversation, f"hello {n}")
    run(harness, SETTLED)
    for _ in range(4):
        harness.clock.advance(5)
        harness.run_outbox()
    assert sorted(body for _, body in harness.webhooks.inbox(conversation.bob)) == [f"hello {n}" for n in range(4)]


def test_a_picture_that_was_missed(harness: ReconcilingHarness) -> None:
    """The text is sent with its picture, once the carrier's lists can be read."""
    conversation = harness.webhooks.open()
    harness.fault(*NO_WEBHOOK)
    shot = {"data": b64encode(jpeg()).decode(), "content_type": "image/jpeg"}
    sid = harness.text(conversation, "look", media=[shot])
    harness.fault(("rest:messages", "503"))
    run(harness, SETTLED)
    harness.clear_faults()
    with carrier_with(harness.webhooks.stack, lambda how, path: "before" if path.endswith("/Media.json") else None):
        run(harness, 1)
        assert harness.interactions(conversation) == []
    run(harness, 60)
    assert late(harness) == [(sid, "unsent")]
    for _ in range(3):
        recurring.process_attachments()
        assert harness.webhooks.stack.runtime.part(files.FileWorker).wait(60)
        harness.run_outbox()
    (got,) = harness.webhooks.sim("GET", f"/inbox/{conversation.bob}")["messages"]
    assert (got["body"], [one["status"] for one in got["media"]]) == ("look", [200])
    assert harness.webhooks.inbox(conversation.alice) == [] and len(harness.interactions(conversation)) == 1


def test_a_webhook_that_comes_after_all(harness: ReconcilingHarness) -> None:
    """The job accepted the message first: it is sent once, and the later webhook gets an empty answer."""
    conversation = harness.webhooks.open()
    harness.fault(*NO_WEBHOOK)
    sid = harness.text(conversation, "hello")
    run(harness, SETTLED)
    assert harness.repeat_webhook(conversation, sid, "hello") == twiml.EMPTY
    harness.run_outbox()
    assert harness.repeat_webhook(conversation, sid, "hello") == twiml.EMPTY
    assert harness.webhooks.inbox(conversation.bob) == [(conversation.bobs, "hello")]
    assert len(harness.interactions(conversation)) == 1


def test_what_came_is_not_late(harness: ReconcilingHarness) -> None:
    conversation = harness.webhooks.open()
    harness.text(conversation, "relayed")
    harness.webhooks.text(harness.webhooks.new_person(), conversation.alices, "refused")
    harness.webhooks.sim("POST", "/faults", lose_answers=1000)
    harness.text(conversation, "its answer was lost")
    run(harness, SETTLED, 60)
    assert late(harness) == []


def test_what_would_have_become_of_it(harness: ReconcilingHarness) -> None:
    conversation, closed = harness.webhooks.open(), harness.webhooks.open()
    closed.session.update(status="closed")
    stranger = harness.webhooks.new_person()
    harness.fault(*NO_WEBHOOK)
    sids = [harness.text(conversation, "a"), harness.text(closed, "b")]
    fields = {"from": stranger, "to": conversation.alices, "body": "c"}
    sids.append(harness.webhooks.sim("POST", "/text?wait=1", **fields)["sid"])
    run(harness, SETTLED)
    assert late(harness) == list(zip(sids, ["unsent", "closed", "unknown"], strict=True))


def test_a_lease_that_came_later(harness: ReconcilingHarness) -> None:
    """The text was not written to the person who has the number now."""
    conversation = harness.webhooks.open()
    harness.fault(*NO_WEBHOOK)
    sid = harness.text(conversation, "for the one before")
    harness.clock.advance(SETTLED)
    conversation.session.update(status="closed")
    harness.clock.advance(1)
    conversation.session.update(status="in-progress")
    run(harness, 1)
    assert late(harness) == [(sid, "before-lease")]


@pytest.mark.parametrize("do", ["429", "503", "reset"])
def test_a_list_that_cannot_be_had(harness: ReconcilingHarness, do: str) -> None:
    conversation = harness.webhooks.open()
    harness.fault(*NO_WEBHOOK, ("rest:messages", do))
    sid = harness.text(conversation, "hello")
    run(harness, SETTLED, 300)
    assert late(harness) == []
    harness.clear_faults()
    run(harness, 1)
    assert late(harness) == [(sid, "unsent")]


def test_more_than_one_list_holds(
    harness: ReconcilingHarness, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    conversation = harness.webhooks.open()
    harness.fault(*NO_WEBHOOK)
    for n in range(4):
        harness.text(conversation, str(n))
    monkeypatch.setattr(missed, "MAX_LIST", 4)
    with caplog.at_level(logging.WARNING):
        run(harness, SETTLED, 1)
    assert "more messages than one run can compare" in caplog.text
    assert conversation.alice[1:] not in caplog.text
    assert len(late(harness)) == 4


def test_what_a_killed_run_left_comes_up_again(harness: ReconcilingHarness, monkeypatch: pytest.MonkeyPatch) -> None:
    conversation = harness.webhooks.open()
    harness.fault(*NO_WEBHOOK)
    for body in ("one", "two", "three"):
        harness.text(conversation, body)
    with monkeypatch.context() as broken:
        broken.setattr(missed, "_accept", lambda *args: (_ for _ in ()).throw(KeyboardInterrupt))
        harness.clock.advance(SETTLED)
        with pytest.raises(KeyboardInterrupt):
            recurring.find_missed()
    run(harness, 60)
    harness.run_outbox()
    assert [body for _, body in harness.webhooks.inbox(conversation.bob)] == ["one", "two", "three"]
    assert len(late(harness)) == 3


def test_one_that_cannot_be_done_holds_up_no_other(
    harness: ReconcilingHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    conversation, whole = harness.webhooks.open(), missed._accept
    harness.fault(*NO_WEBHOOK)
    first = harness.text(conversation, "one")
    harness.text(conversation, "two")

    def broken(rt: Any, service_sid: str, one: Any) -> None:
        if one.sid == first:
            raise StoreUnavailable
        whole(rt, service_sid, one)

    with monkeypatch.context() as patch:
        patch.setattr(missed, "_accept", broken)
        run(harness, SETTLED)
    run(harness, 60)
    harness.run_outbox()
    assert sorted(body for _, body in harness.webhooks.inbox(conversation.bob)) == ["one", "two"]


def test_not_to_somebody_who_came_later(harness: ReconcilingHarness) -> None:
    """The text was written to the previous Participant, so the new one does not get it."""
    conversation = harness.webhooks.open()
    harness.fault(*NO_WEBHOOK)
    sid = harness.text(conversation, "for Bob alone")
    harness.clock.advance(5)
    conversation.session.participants(conversation.bob_sid).delete()
    carol = harness.webhooks.new_person()
    conversation.session.participants.create(identifier=carol)
    run(harness, SETTLED, 60)
    harness.run_outbox()
    assert late(harness) == [(sid, "before-lease")]
    assert harness.webhooks.inbox(carol) == []
