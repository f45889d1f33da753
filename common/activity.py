"""One line in the log for each thing that happened: a message, call, status, callback, send or block.

A line names what happened, how it ended, how long that took and the SIDs it is about: never a phone number, never what
somebody wrote, never a URL.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from typing import Any

log = logging.getLogger("maskline.activity")

#: What the outcome of an inbound message or call is called in its line.
OUTCOMES = {"forward": "relayed", "answered": "answered by the app", "refused": "refused", "silent": "not relayed"}


def began() -> float:
    """To be given to `report` as `since`."""
    return time.perf_counter()


def report(event: str, outcome: str, *, since: float | None = None, **facts: str | int | None) -> None:
    """`event`: message | call | status | callback | event | send | block. `facts`: SIDs, reasons and codes of ours."""
    if not log.isEnabledFor(logging.INFO):
        return
    told: dict[str, Any] = {"event": event, "outcome": outcome}
    if since is not None:
        told["ms"] = round((time.perf_counter() - since) * 1000, 1)
    told |= {name: value for name, value in facts.items() if value not in (None, "")}
    log.info("%s %s", event, outcome, extra={"facts": told})


def report_inbound(event: str, service_sid: str, outcome: Mapping[str, Any], since: float) -> None:
    """Of the outcome of accept.lua or settle.lua."""
    queued = outcome.get("reason") == "outbox"
    report(
        event,
        "queued" if queued else OUTCOMES[outcome["outcome"]],
        since=since,
        service=service_sid,
        interaction=outcome.get("interaction"),
        reason=None if queued else outcome.get("reason"),
    )
