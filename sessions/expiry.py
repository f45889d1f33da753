"""Closes Sessions whose time is over."""

from __future__ import annotations

from common.runtime import Runtime

BATCH = 50
#: Batches in one run; the next run continues, so that one Service never delays the others.
MOST_BATCHES = 200


def sweep_service(rt: Runtime, service_sid: str) -> int:
    """Closes Sessions that are due, in batches of 50. Returns how many were closed."""
    total = 0
    for _ in range(MOST_BATCHES):
        closed = rt.store.service("sweep", service_sid, {})["closed"]
        total += closed
        if closed < BATCH:
            break
    return total
