"""A stopped text is an Interaction without an outbound leg; it gives the reason (table in docs/inbound-messages.md)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests

from policy.quotas import rates
from tests.support.answering_app import App
from tests.support.stack import ACCOUNT, TOKEN
from tests.support.webhooks import Conversation, WebhookHarness


def api(harness: WebhookHarness, method: str, path: str, **fields: Any) -> Any:
    answer = requests.request(method, f"{harness.stack.url}{path}", data=fields, auth=(ACCOUNT, TOKEN), timeout=30)
    assert answer.ok, answer.text
    return answer.json() if answer.content else None


@pytest.fixture
def app(harness: WebhookHarness) -> Iterator[App]:
    found = App()
    yield found
    plain = {"InterceptCallbackUrl": "", "OnInterceptFailure": "continue", "ContentCard": "off", "AllowedCountries": ""}
    assert harness.set_fields(**plain).ok
    found.stop()


def intercept(status: int, **more: str) -> Callable[[WebhookHarness, Conversation, App], None]:
    def configure(harness: WebhookHarness, conversation: Conversation, app: App) -> None:
        app.answer = lambda asked: status
        assert harness.set_fields(InterceptCallbackUrl=app.url, **more).ok

    return configure


def limited(harness: WebhookHarness, conversation: Conversation, app: App) -> None:
    harness.stack.runtime.part(rates)["message"]["pair"] = 1
    harness.text(conversation.alice, conversation.alices, "the first")


def over(harness: WebhookHarness, conversation: Conversation, app: App) -> None:
    """The app closes the Session while it is asked about the text."""

    def end(asked: Any) -> int:
        conversation.session.update(status="closed")
        return 200

    app.answer = end
    assert harness.set_fields(InterceptCallbackUrl=app.url).ok


#: What stops the text of Alice, with blocked_by and error_code from the table.
STOPS: dict[str, tuple[Callable[[WebhookHarness, Conversation, App], Any], str, int | None]] = {
    "intercept": (intercept(403), "intercept", 80909),
    "no answer": (intercept(500, OnInterceptFailure="block"), "intercept-failed", 11200),
    "content": (lambda harness, conversation, app: harness.set_fields(ContentCard="block"), "content", 30007),
    "limit": (limited, "limit", 20429),
    "opt-out": (
        lambda harness, conversation, app: harness.text(conversation.bob, conversation.bobs, "STOP"),
        "opt-out",
        21610,
    ),
    "block": (lambda harness, conversation, app: block(harness, conversation), "block", 20403),
    "region": (lambda harness, conversation, app: harness.set_fields(AllowedCountries="FR"), "region", 21408),
    "closed meanwhile": (over, "closed", 80905),
}


def block(harness: WebhookHarness, conversation: Conversation) -> None:
    api(harness, "POST", f"/ops/v1/blocks/{harness.sid}", Scope="person", Person=conversation.bob)


@pytest.mark.parametrize("what", STOPS)
def test_it_is_an_interaction(harness: WebhookHarness, app: App, monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    monkeypatch.setitem(harness.stack.runtime._parts, rates, rates(harness.stack.runtime))
    stop, blocked_by, code = STOPS[what]
    conversation = harness.open()
    stop(harness, conversation, app)
    known = {one.sid for one in conversation.session.interactions.list()}
    text = "my card is 4111 1111 1111 1111"
    form = harness.message_form(conversation.alice, conversation.alices, text)
    assert harness.post(form).text == harness.post(form).text
    (one,) = [one for one in conversation.session.interactions.list() if one.sid not in known]
    assert (one.inbound_resource_sid, one.inbound_resource_status) == (form["MessageSid"], "received")
    assert (one.outbound_participant_sid, one.outbound_resource_sid, one.outbound_resource_status) == (None, None, None)
    assert text in one.data
    path = f"/proxy/v1/Services/{harness.sid}/Sessions/{one.session_sid}/Interactions/{one.sid}"
    found = api(harness, "GET", path)
    assert (found["blocked_by"], found["error_code"]) == (blocked_by, code)
    assert conversation.session.fetch().status == ("closed" if blocked_by == "closed" else "in-progress")
    assert harness.client.messages.list(to=conversation.bob, from_=conversation.bobs) == [] or what in (
        "limit",
        "opt-out",
    )


def test_what_passes_has_neither(harness: WebhookHarness, app: App) -> None:
    conversation = harness.open()
    harness.text(conversation.alice, conversation.alices, "hello")
    (one,) = conversation.session.interactions.list()
    path = f"/proxy/v1/Services/{harness.sid}/Sessions/{one.session_sid}/Interactions/{one.sid}"
    found = api(harness, "GET", path)
    assert (found["blocked_by"], found["error_code"], found["inbound_resource_status"]) == (None, None, "delivered")
