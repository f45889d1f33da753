"""The names of faults: on webhooks to an app, and on REST answers to a client."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.errors import refusal
from simulator.model import Rule

STATUSES = ("status", "call-status", "recording-status")
WEBHOOKS = (
    *("message", "fallback", "redirect", "action"),
    *("voice", "voice-fallback", "voice-redirect", "voice-action", "whisper", "amd"),
    *STATUSES,
)
#: Faults on webhooks: drop (it never arrives), double, delay by ms; status callbacks can also be reordered.
TO_WEBHOOKS = ("drop", "double", "delay", "reorder")
#: Faults on REST: the request is delayed, not carried out (refuse, 429, 500, 503, reset), or carried out (accept-*).
TO_REST = ("delay", "refuse", "429", "500", "503", "reset", "accept-then-reset", "accept-then-500", "accept-then-503")


def names(kind: str) -> tuple[str, ...]:
    """The `on` values of a rule that match this webhook."""
    return (kind, "statuses", "webhooks") if kind in STATUSES else (kind, "webhooks")


def read(given: Mapping[str, Any]) -> Rule:
    on, do = str(given.get("on", "")), str(given.get("do", ""))
    rest = on == "rest" or on.startswith("rest:")
    if not rest and on not in (*WEBHOOKS, "statuses", "webhooks"):
        raise refusal(20001, f"on must be rest, rest:calls (or another resource), statuses, webhooks, {_or(WEBHOOKS)}")
    allowed = TO_REST if rest else TO_WEBHOOKS
    if do not in allowed or (do == "reorder" and on not in (*STATUSES, "statuses")):
        raise refusal(20001, f"do must be {_or(allowed)}")
    count = given.get("count")
    rule = Rule(on, do, None if count is None else int(count), int(given.get("ms") or 0), int(given.get("code") or 0))
    if do == "refuse" and not rule.code:
        raise refusal(20001, "refuse needs a code")
    rule.method = str(given.get("method") or "").upper()
    return rule


def _or(words: tuple[str, ...]) -> str:
    return f"{', '.join(words[:-1])} or {words[-1]}"
