"""A text says when its Session was used last, without a new copy of the Session's document or of its end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from sessions.expiry import sweep_service
from storage import keys
from tests.support.fixtures import clock, stack
from tests.support.stack import Stack
from tests.support.stored import session_text
from tests.support.webhooks import Clock, Conversation, WebhookHarness

__all__ = ["clock", "stack"]
TTL = 100


@pytest.fixture(scope="module")
def harness(stack: Stack, clock: Clock) -> WebhookHarness:
    return WebhookHarness(stack, clock, numbers=4)


@pytest.fixture(autouse=True)
def closed_afterwards(harness: WebhookHarness, clock: Clock) -> Iterator[None]:
    """The next test counts the Sessions that end in it."""
    yield
    clock.advance(10 * TTL)
    sweep_service(harness.stack.runtime, harness.sid)


def write(harness: WebhookHarness, conversation: Conversation, body: str) -> None:
    form = harness.message_form(conversation.alice, conversation.alices, body)
    assert "<Message " in harness.post(form).text


def stored(harness: WebhookHarness, conversation: Conversation) -> tuple[Any, Any]:
    """The Session's document, and the moment by which it is listed as due (ms)."""
    client, sid = harness.stack.runtime.store.client, str(conversation.session.fetch().sid)
    ends: Any = client.zscore(keys.service("due", harness.sid), sid)
    return session_text(client, harness.sid, sid), ends


def last_use(conversation: Conversation) -> float:
    at = conversation.session.fetch().date_last_interaction
    assert at is not None
    return float(at.timestamp())


def test_only_the_first_text_writes_the_session(harness: WebhookHarness, clock: Clock) -> None:
    conversation = harness.open(ttl=TTL)
    write(harness, conversation, "the first text")
    before, first = stored(harness, conversation), last_use(conversation)
    clock.advance(20)
    write(harness, conversation, "the second text")
    assert stored(harness, conversation) == before
    assert last_use(conversation) == first + 20


def test_the_ttl_begins_again_with_each_text(harness: WebhookHarness, clock: Clock) -> None:
    conversation = harness.open(ttl=TTL)
    for body in ("the first text", "the second text"):
        clock.advance(60)
        write(harness, conversation, body)
    clock.advance(TTL - 1)
    assert sweep_service(harness.stack.runtime, harness.sid) == 0
    assert conversation.session.fetch().status == "in-progress"
    assert stored(harness, conversation)[1] == clock.now + 1000, "listed by its end from now on"
    clock.advance(1)
    assert sweep_service(harness.stack.runtime, harness.sid) == 1
    closed = conversation.session.fetch()
    assert closed.status == "closed" and closed.date_ended is not None
    assert closed.date_ended.timestamp() == last_use(conversation) + TTL


def test_a_late_sweep_ends_it_when_its_time_was_over(harness: WebhookHarness, clock: Clock) -> None:
    conversation = harness.open(ttl=TTL)
    write(harness, conversation, "the first text")
    clock.advance(50)
    write(harness, conversation, "the second text")
    clock.advance(1000)
    assert sweep_service(harness.stack.runtime, harness.sid) == 1
    ended = conversation.session.fetch().date_ended
    assert ended is not None and ended.timestamp() == last_use(conversation) + TTL


def test_a_deleted_text_still_counts_as_the_last_use(harness: WebhookHarness, clock: Clock) -> None:
    conversation = harness.open(ttl=TTL)
    for body in ("the first text", "the second text"):
        clock.advance(60)
        write(harness, conversation, body)
    used = last_use(conversation)
    for found in conversation.session.interactions.list():
        assert conversation.session.interactions(found.sid).delete()
    assert last_use(conversation) == used
    clock.advance(TTL - 1)
    assert sweep_service(harness.stack.runtime, harness.sid) == 0
    assert conversation.session.fetch().status == "in-progress"


def test_an_end_that_a_text_moved_is_told_when_the_app_asks_only_later(harness: WebhookHarness, clock: Clock) -> None:
    conversation = harness.open(ttl=TTL)
    write(harness, conversation, "the first text")
    clock.advance(50)
    write(harness, conversation, "the second text")
    assert harness.set_fields(EventsUrl="https://app.example/events", ExpiringSeconds="60").ok
    before = harness.writes()[1]
    announced = []
    for _ in range(3):
        clock.advance(39)
        harness.stack.runtime.store.service("announce_expiring", harness.sid, {})
        told = [event for event in harness.events(before) if event["t"] == "session.expiring"]
        announced.append([event["d"]["due"] // 1000 for event in told])
    assert announced == [[], [last_use(conversation) + TTL], announced[1]]
    harness.set_fields(ExpiringSeconds="0")
