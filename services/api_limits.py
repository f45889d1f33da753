"""API limits: for each account a token bucket for reads and one for writes, in the store, for all processes.

A process takes the tokens of a tenth of a second at a time, so most requests need no trip to the store. Tokens held
here are already deducted, so the limit is never exceeded. If the store does not answer, every request passes: what it
asks for needs the store too.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field

from common.runtime import Runtime
from common.steps import IN_THREAD, Steps
from storage.store import StoreUnavailable

READ, WRITE = "read", "write"
#: A process takes the tokens of 1/SHARE second at a time.
SHARE = 10
#: After the store did not answer, it is not asked again for so long: each try may take its whole timeout.
BLIND_MS = 1000


@dataclass(frozen=True, slots=True)
class Allowance:
    """`most`: what the bucket holds. `left`: tokens left, as this process knows. `full`: ms until the bucket is full.

    `wait`: ms until the next request passes; 0 for a request that passes.
    """

    most: int
    left: int
    full: int
    wait: int


@dataclass(slots=True)
class _Bucket:
    """`held`: tokens of this process. `left`: those in the store at `asked` (ms).

    The store is not asked before `again`.
    """

    lock: threading.Lock = field(default_factory=threading.Lock)
    held: int = 0
    left: int = 0
    asked: float = 0.0
    again: float = float("-inf")
    blind: bool = False


class Limiter:
    """One for a process."""

    def __init__(self, rt: Runtime) -> None:
        self._rt = rt
        #: A bucket holds the tokens of so many seconds: after a 429, SDKs wait one second or not at all.
        self._burst = rt.settings.api_burst_seconds
        self._rates = {READ: rt.settings.api_reads_per_second, WRITE: rt.settings.api_writes_per_second}
        self._buckets: dict[tuple[str, str], _Bucket] = {}

    def take(self, account_sid: str, kind: str) -> Steps[Allowance | None]:
        """For an authenticated account. None: there is no limit, or the store does not answer."""
        rate = self._rates[kind]
        if not rate:
            return None
        bucket = self._buckets.setdefault((account_sid, kind), _Bucket())
        # Not while another request is on its way to the store: on the event loop nothing may wait for a lock.
        if bucket.lock.acquire(blocking=False):
            try:
                if not self._must_ask(bucket):
                    return self._take(bucket, rate)
            finally:
                bucket.lock.release()
        yield IN_THREAD
        # The lock is held during the trip to the store: otherwise each thread would take a share.
        with bucket.lock:
            if self._must_ask(bucket):
                self._fetch(account_sid, kind, rate, bucket, self._now())
            return self._take(bucket, rate)

    def _must_ask(self, bucket: _Bucket) -> bool:
        return not bucket.held and self._now() >= bucket.again

    def _take(self, bucket: _Bucket, rate: int) -> Allowance | None:
        now = self._now()
        if bucket.held:
            bucket.held -= 1
            return self._allowance(bucket, rate, now, 0)
        return None if bucket.blind else self._allowance(bucket, rate, now, max(1, int(bucket.again - now)))

    def _fetch(self, account_sid: str, kind: str, rate: int, bucket: _Bucket, now: float) -> None:
        args = {"class": kind, "rate": rate, "burst": rate * self._burst, "most": max(1, rate // SHARE)}
        try:
            found = self._rt.store.account("take_tokens", account_sid, args)
        except StoreUnavailable:
            bucket.blind, bucket.again = True, now + BLIND_MS
            return
        bucket.blind, bucket.asked, bucket.again = False, now, now + found["wait"]
        bucket.held, bucket.left = found["taken"], found["left"]

    def _now(self) -> float:
        """In ms. The test's clock, or a monotonic one: it only measures how long ago the store was asked."""
        clock = self._rt.store.clock
        return clock() if clock else time.monotonic() * 1000

    def _allowance(self, bucket: _Bucket, rate: int, now: float, wait: int) -> Allowance:
        most = rate * self._burst
        gained = int(max(0.0, now - bucket.asked) * rate / 1000)
        left = 0 if wait else min(most, bucket.held + bucket.left + gained)
        return Allowance(most, left, (most - left) * 1000 // rate, wait)
