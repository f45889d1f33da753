"""For a job that must not run twice at the same time for one Service or account: a claim with a token and an end."""

from __future__ import annotations

from collections.abc import Callable

from common.claim_worker import moment
from common.runtime import Runtime
from common.sids import new

#: No other worker runs this job for this Service or account meanwhile, also if this worker was killed or suspended.
LEASE_SECONDS = 60
#: After this time the worker begins nothing more: a request to the carrier ends before the claim does.
FENCE_SECONDS = 40


def run_claimed(rt: Runtime, job: str, sid: str, act: Callable[[Callable[[], bool]], object]) -> bool:
    """Calls `act` with a function that tells whether the claim is still young enough to begin something.

    False if another worker has the claim: it does the work.
    """
    name, token, taken = f"{job}:{sid}", new(""), moment()
    if not rt.store.ring("claim_job", {"job": name, "token": token, "lease_ms": LEASE_SECONDS * 1000})["claimed"]:
        return False
    try:
        act(lambda: moment() - taken < FENCE_SECONDS)
    finally:
        rt.store.ring("release_job", {"job": name, "token": token})
    return True
