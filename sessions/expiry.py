"""Closes Sessions whose time is over."""

from __future__ import annotations

from common.runtime import Runtime

#: Batches of 50 in one run; the next run continues, so that one Service never delays the others.
MOST_BATCHES = 200


def sweep_service(rt: Runtime, service_sid: str) -> int:
    """Closes Sessions that are due, in batches. Returns how many were closed."""
    total = 0
    for _ in range(MOST_BATCHES):
        swept = rt.store.service("sweep", service_sid, {})
        total += swept["closed"]
        if not swept["more"]:
            break
    return total
