"""Virtual phones of the simulator: a test says what they do, and reads what they have heard."""

from __future__ import annotations

from typing import Any

from tests.support.webhooks import WebhookHarness


def plan(webhooks: WebhookHarness, phone: str, what: str, **more: Any) -> None:
    webhooks.sim("POST", f"/phones/{phone}/plan", plan=what, **more)


def let_take_calls(webhooks: WebhookHarness, *people: str) -> None:
    """They pick up and press 1, since a new Service puts nobody through before that (docs/calls.md, "Mailboxes")."""
    for phone in people:
        plan(webhooks, phone, "answer", keys="1")


def call(webhooks: WebhookHarness, sender: str, to: str, **more: Any) -> str:
    """The call's SID, once all that it causes waits for somebody or for the clock."""
    found: str = webhooks.sim("POST", "/call?wait=1", **{"from": sender, "to": to, **more})["sid"]
    return found


def act(webhooks: WebhookHarness, phone: str, what: str, **more: Any) -> None:
    webhooks.sim("POST", f"/phones/{phone}/{what}?wait=1", **more)


def advance(webhooks: WebhookHarness, seconds: float) -> None:
    webhooks.sim("POST", "/clock", advance=seconds)
    webhooks.sim("GET", "/settle")


def heard(webhooks: WebhookHarness, phone: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = webhooks.sim("GET", f"/phones/{phone}")["heard"]
    return found


def said(webhooks: WebhookHarness, phone: str) -> list[str]:
    return [str(one["text"]) for one in heard(webhooks, phone) if one["kind"] == "say"]


def bridged(webhooks: WebhookHarness, phone: str) -> list[str]:
    """The caller ids with which this phone was put through to somebody."""
    return [str(one["text"]) for one in heard(webhooks, phone) if one["kind"] == "bridged"]


def asked(webhooks: WebhookHarness, kind: str) -> list[dict[str, Any]]:
    """What the carrier posted to us: params, status, answer."""
    found: list[dict[str, Any]] = webhooks.sim("GET", f"/requests?kind={kind}")["requests"]
    return found
