"""Virtual phones of the simulator: a test says what they do, and reads what they have heard."""

from __future__ import annotations

from typing import Any

from tests.support.webhooks import WebhookHarness


def plan(webhooks: WebhookHarness, phone: str, what: str, **more: Any) -> None:
    webhooks.sim("POST", f"/phones/{phone}/plan", plan=what, **more)


def let_take_calls(webhooks: WebhookHarness, *people: str) -> None:
    """These phones pick up and press 1: a new Service connects nobody before that (docs/calls.md, "Mailboxes")."""
    for phone in people:
        plan(webhooks, phone, "answer", keys="1")


def call(webhooks: WebhookHarness, sender: str, to: str, **more: Any) -> str:
    """Starts a call. Returns its SID when nothing more happens without a person's action or a move of the clock."""
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
    """The caller ids that this phone showed each time it was connected to somebody."""
    return [str(one["text"]) for one in heard(webhooks, phone) if one["kind"] == "bridged"]


def asked(webhooks: WebhookHarness, kind: str) -> list[dict[str, Any]]:
    """The requests that the carrier posted to us: parameters, status and answer."""
    found: list[dict[str, Any]] = webhooks.sim("GET", f"/requests?kind={kind}")["requests"]
    return found
