"""Helpers for a Service whose app is asked: its settings, the carrier's forms, and several webhooks at once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import requests

from common.sids import new
from tests.support.stack import ACCOUNT, TOKEN
from tests.support.webhooks import Conversation, WebhookHarness

KINDS = ("message", "voice")


def passes(twiml: str, conversation: Conversation) -> bool:
    """Whether the TwiML goes to Bob, from his proxy number."""
    return conversation.bob in twiml and conversation.bobs in twiml


def api(harness: WebhookHarness, method: str, path: str, status: int = 200, **fields: Any) -> Any:
    url = f"{harness.stack.url}{path}"
    answer = requests.request(method, url, data=fields or None, auth=(ACCOUNT, TOKEN), timeout=60)
    assert answer.status_code == status, answer.text
    return answer.json() if answer.content else None


def configure(harness: WebhookHarness, **fields: Any) -> Any:
    """Sets fields of the Service, also our own fields that the SDK does not know."""
    return api(harness, "POST", f"/proxy/v1/Services/{harness.sid}", **fields)


def secret(harness: WebhookHarness) -> str:
    return str(api(harness, "GET", f"/events/v1/Services/{harness.sid}/Secret")["secret"])


def call_form(sender: str, to: str, sid: str | None = None, status: str = "ringing", **more: str) -> dict[str, str]:
    """The form that the carrier posts for a call."""
    there = {"City": "OAKLAND", "State": "CA", "Zip": "94607", "Country": "US"}
    here = {"City": "CHICAGO", "State": "IL", "Zip": "60601", "Country": "US"}
    places = {f"{side}{name}": value for side in ("From", "Caller") for name, value in there.items()}
    places |= {f"{side}{name}": value for side in ("To", "Called") for name, value in here.items()}
    return {
        "AccountSid": ACCOUNT, "ApiVersion": "2010-04-01", "CallSid": sid or new("CA"), "CallStatus": status,
        "Direction": "inbound", "From": sender, "To": to, "Caller": sender, "Called": to, **places, **more,
    }  # fmt: skip


def inbound(harness: WebhookHarness, kind: str, conversation: Conversation, **more: Any) -> tuple[dict[str, str], str]:
    """The form of Alice's message or call, and the URL of its webhook."""
    if kind == "voice":
        return call_form(conversation.alice, conversation.alices, **more), harness.url("voice")
    return harness.message_form(conversation.alice, conversation.alices, "see you at noon", **more), harness.url()


def answer_to(harness: WebhookHarness, form: dict[str, str], url: str) -> str:
    found = harness.post(form, url=url)
    assert found.status_code == 200, found.text
    return found.text


def text(harness: WebhookHarness, sender: str, to: str, body: str = "hello") -> tuple[dict[str, str], str]:
    """Posts a message's webhook. Returns the form and our answer."""
    form = harness.message_form(sender, to, body)
    return form, answer_to(harness, form, harness.url())


def ring(harness: WebhookHarness, sender: str, to: str, **more: str) -> tuple[dict[str, str], str]:
    form = call_form(sender, to, **more)
    return form, answer_to(harness, form, harness.url("voice"))


def together(acts: list[Callable[[], Any]]) -> list[Any]:
    """Runs all of these at once, each in its own thread. Returns their results."""
    with ThreadPoolExecutor(len(acts)) as pool:
        return [future.result(60) for future in [pool.submit(act) for act in acts]]


def kinds(harness: WebhookHarness, after: int = 0) -> list[tuple[str, str | None, int | None]]:
    """Kind, reason and code of the events after number `after`, without failed questions (see test_unchecked.py)."""
    rows = [row for row in harness.events(after) if not row["t"].endswith(".failed")]
    return [(row["t"], row["d"].get("reason"), row["d"].get("code")) for row in rows]


def last_event(harness: WebhookHarness) -> int:
    return max((int(row["n"]) for row in harness.events()), default=0)
