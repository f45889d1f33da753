"""A text without a webhook from the same second in which its Participants joined; the carrier has whole seconds.

Twilio's Message resource has `date_sent` in RFC 2822, in whole seconds. If nobody else had the number, it is theirs.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from carrier.client import Carrier
from carrier.model import CarrierMessage
from common.sids import new
from jobs import recurring
from jobs.reconciling import missed
from tests.support.reconciling import ReconcilingHarness
from tests.support.webhooks import Conversation

SETTLED = missed.WEBHOOK_WAIT_SECONDS + 4


@pytest.fixture
def second(harness: ReconcilingHarness) -> Iterator[int]:
    """The start of the current second, in ms."""
    recurring.find_missed()
    harness.clock.now = (harness.clock.now // 1000 + 1) * 1000
    yield harness.clock.now


def find(harness: ReconcilingHarness, conversation: Conversation, at_ms: int, patch: pytest.MonkeyPatch) -> list[Any]:
    """Runs the jobs on a text of Alice from that second and returns the reasons in its `inbound.late` events."""
    listed = [CarrierMessage(
        sid=new("SM"), status="received", code=None, direction="inbound", sender=conversation.alice,
        to=conversation.alices,
        body="hello", at_ms=at_ms, media=0,
    )]  # fmt: skip
    patch.setattr(Carrier, "messages_between", lambda self, since, until, most: listed)
    harness.clock.advance(SETTLED)
    recurring.find_missed()
    harness.run_outbox()
    return [event["reason"] for event in harness.events("inbound.late") if event["sid"] == listed[0].sid]


def test_of_a_join(harness: ReconcilingHarness, second: int, monkeypatch: pytest.MonkeyPatch) -> None:
    harness.clock.advance(0.9)
    conversation = harness.webhooks.open()
    assert find(harness, conversation, second, monkeypatch) == ["unsent"]
    assert harness.webhooks.inbox(conversation.bob) == [(conversation.bobs, "hello")]


def test_of_the_second_before_a_join(harness: ReconcilingHarness, second: int, monkeypatch: pytest.MonkeyPatch) -> None:
    harness.clock.advance(1)
    conversation = harness.webhooks.open()
    assert find(harness, conversation, second, monkeypatch) == ["before-lease"]
    assert harness.webhooks.inbox(conversation.bob) == []


def test_of_a_re_opening(harness: ReconcilingHarness, second: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The Session connects the same two people before and after it was closed."""
    harness.clock.advance(-10)
    conversation = harness.webhooks.open()
    harness.clock.now = second + 200
    conversation.session.update(status="closed")
    harness.clock.advance(0.3)
    conversation.session.update(status="in-progress")
    assert find(harness, conversation, second, monkeypatch) == ["unsent"]
    assert harness.webhooks.inbox(conversation.bob) == [(conversation.bobs, "hello")]


def test_another_partner_in_that_second(
    harness: ReconcilingHarness, second: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    harness.clock.advance(-10)
    conversation = harness.webhooks.open()
    harness.clock.now = second + 200
    conversation.session.participants(conversation.bob_sid).delete()
    harness.clock.advance(0.3)
    carol = harness.webhooks.new_person()
    conversation.session.participants.create(identifier=carol)
    assert find(harness, conversation, second, monkeypatch) == ["before-lease"]
    assert harness.webhooks.inbox(carol) == []


def test_another_session_had_the_number_in_that_second(
    harness: ReconcilingHarness, second: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert harness.webhooks.set_fields(CoolingSeconds="0").status_code == 200
    harness.clock.advance(-10)
    conversation = harness.webhooks.open()
    harness.clock.now = second + 200
    conversation.session.update(status="closed")
    harness.clock.advance(0.3)
    other = harness.webhooks.service.sessions(harness.webhooks.service.sessions.create().sid)
    carol = harness.webhooks.new_person()
    other.participants.create(identifier=conversation.alice, proxy_identifier=conversation.alices)
    other.participants.create(identifier=carol)
    assert find(harness, conversation, second, monkeypatch) == ["before-lease"]
    assert harness.webhooks.inbox(carol) == [] and harness.webhooks.inbox(conversation.bob) == []
