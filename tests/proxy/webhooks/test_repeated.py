"""The carrier repeats a webhook if our answer was lost: it gets the same bytes again, and nothing changes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.support.notices import worded
from tests.support.webhooks import Conversation, WebhookHarness


@pytest.fixture
def conversation(harness: WebhookHarness) -> Conversation:
    return harness.open()


def again(harness: WebhookHarness, form: dict[str, str], first: bytes) -> None:
    before = harness.writes()
    assert harness.post(form).content == first
    assert harness.writes() == before


def both(harness: WebhookHarness, conversation: Conversation) -> list[dict[str, str]]:
    """One message that is relayed, and one that gets a reply."""
    return [
        harness.message_form(conversation.alice, conversation.alices, "once"),
        harness.message_form(harness.new_person(), conversation.alices, "once"),
    ]


def test_one_after_the_other(harness: WebhookHarness, conversation: Conversation) -> None:
    for form in both(harness, conversation):
        first = harness.post(form).content
        for _ in range(5):
            again(harness, form, first)
    assert len(conversation.session.interactions.list()) == 1


def test_fifty_at_once(harness: WebhookHarness, conversation: Conversation) -> None:
    for form in both(harness, conversation):
        n = harness.writes()[1]
        with ThreadPoolExecutor(50) as pool:
            answers = list(pool.map(lambda _, form=form: harness.post(form), range(50)))
        assert {answer.status_code for answer in answers} == {200}
        assert len({answer.content for answer in answers}) == 1
        assert harness.writes()[1] == n + 1
    assert len(conversation.session.interactions.list()) == 1


def test_after_function_flush(harness: WebhookHarness, conversation: Conversation) -> None:
    for form in both(harness, conversation):
        first = harness.post(form).content
        harness.stack.runtime.store.client.function_flush()
        there, events, changes = harness.writes()
        assert harness.post(form).content == first
        assert harness.writes() == (there, events, changes + 1), "the functions are loaded again, and nothing else"
    harness.stack.runtime.store.client.function_flush()
    assert (
        harness.post(harness.message_form(conversation.alice, conversation.alices, "after the flush")).status_code
        == 200
    )


def test_after_the_session_ended(harness: WebhookHarness, conversation: Conversation) -> None:
    form = harness.message_form(conversation.alice, conversation.alices, "while it was open")
    first = harness.post(form).content
    assert b"while it was open" in first
    conversation.session.update(status="closed")
    again(harness, form, first)
    conversation.session.delete()
    again(harness, form, first)


@pytest.mark.parametrize("sent_by", ["auto", "send"])
def test_after_the_text_was_deleted(harness: WebhookHarness, conversation: Conversation, sent_by: str) -> None:
    assert harness.set_fields(Delivery=sent_by).ok
    form = harness.message_form(conversation.alice, conversation.alices, "soon deleted")
    first = harness.post(form).content
    (kept,) = conversation.session.interactions.list()
    assert conversation.session.interactions(kept.sid).delete()
    again(harness, form, first)
    assert conversation.session.interactions.list() == []
    assert harness.set_fields(Delivery="auto").ok


def test_after_a_session_began(harness: WebhookHarness) -> None:
    """A refused text stays refused when it is repeated, although it would have a route now."""
    stranger = harness.new_person()
    form = harness.message_form(stranger, harness.pool[0], "too early")
    first = harness.post(form).content
    session = harness.service.sessions(harness.service.sessions.create().sid)
    session.participants.create(identifier=stranger, proxy_identifier=harness.pool[0])
    session.participants.create(identifier=harness.new_person())
    again(harness, form, first)
    assert session.interactions.list() == []


def test_after_the_neutral_reply_changed(harness: WebhookHarness, conversation: Conversation) -> None:
    """The decision is kept; the notice has its current text."""
    form = harness.message_form(harness.new_person(), conversation.alices, "hello")
    first = harness.post(form).content
    before = harness.writes()[1]
    with worded(harness, "neutral_reply", "Another text."):
        assert b"Another text." in harness.post(form).content
    assert harness.post(form).content == first
    assert [event["t"] for event in harness.events(before)] == ["service.notices", "service.notices"]


def test_after_a_day_less_a_second(harness: WebhookHarness, conversation: Conversation) -> None:
    form = harness.message_form(conversation.alice, conversation.alices, "once")
    first = harness.post(form).content
    assert harness.clock
    harness.clock.advance(harness.stack.runtime.settings.replay_window_seconds - 1)
    again(harness, form, first)


def test_long_after_the_window(harness: WebhookHarness, conversation: Conversation) -> None:
    """A text that was relayed is not relayed a second time for as long as its Interaction is kept."""
    form = harness.message_form(conversation.alice, conversation.alices, "once")
    first = harness.post(form).content
    assert harness.clock
    harness.clock.advance(5 * harness.stack.runtime.settings.replay_window_seconds)
    again(harness, form, first)


def test_lost_answers_deliver_once(harness: WebhookHarness, conversation: Conversation) -> None:
    """The carrier itself repeats the webhook, because the fragment of the webhook's URL asks for it."""
    harness.sim("POST", "/faults", lose_answers=3)
    harness.text(conversation.alice, conversation.alices, "only once")
    assert harness.inbox(conversation.bob) == [(conversation.bobs, "only once")]
    assert len(conversation.session.interactions.list()) == 1


def test_doubled_webhooks_deliver_once(harness: WebhookHarness, conversation: Conversation) -> None:
    harness.sim("POST", "/faults", webhook_copies=3)
    harness.text(conversation.alice, conversation.alices, "only once")
    harness.sim("POST", "/faults", webhook_copies=1)
    assert harness.inbox(conversation.bob) == [(conversation.bobs, "only once")]
    assert len(conversation.session.interactions.list()) == 1
