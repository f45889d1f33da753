"""One log line for each message, call, status, callback, send or block.

A line has the event, its outcome, its duration and SIDs: never a phone number, a person's text or a URL.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from typing import Any

log = logging.getLogger("maskline.activity")

#: An inbound outcome -> its name in the log line.
OUTCOMES = {"forward": "relayed", "answered": "answered by the app", "refused": "refused", "silent": "not relayed"}


def began() -> float:
    """The start time, for the `since` of `report`."""
    return time.perf_counter()


def report(event: str, outcome: str, *, since: float | None = None, **facts: str | int | None) -> None:
    """`event`: message | call | status | callback | event | send | block. `facts`: SIDs, our reasons and codes."""
    if not log.isEnabledFor(logging.INFO):
        return
    values: dict[str, Any] = {"event": event, "outcome": outcome}
    if since is not None:
        values["ms"] = round((time.perf_counter() - since) * 1000, 1)
    values |= {name: value for name, value in facts.items() if value not in (None, "")}
    log.info("%s %s", event, outcome, extra={"facts": values})


def report_inbound(event: str, service_sid: str, outcome: Mapping[str, Any], since: float) -> None:
    """Log the outcome of accept.lua or settle.lua."""
    queued = outcome.get("reason") == "outbox"
    report(
        event,
        "queued" if queued else OUTCOMES[outcome["outcome"]],
        since=since,
        service=service_sid,
        interaction=outcome.get("interaction"),
        reason=None if queued else outcome.get("reason"),
    )
