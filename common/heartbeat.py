"""Heartbeats: workers and clocks write when they were last alive; `/readyz` and `flask doctor` read it."""

from __future__ import annotations

import contextlib
import time

from common.queue_name import QueueName
from storage import keys
from storage.store import Store, StoreUnavailable

CLOCK = "clock"
#: What must be alive: a worker of each queue, and a clock.
PROCESSES = (*(name.value for name in QueueName), CLOCK)
#: A heartbeat is written at most once in this time.
MIN_SECONDS_BETWEEN = 5.0
#: A process without a heartbeat for so long counts as dead: an idle worker writes every 45 s, a job may take 20 s.
DEAD_SECONDS = 90


class Heartbeat:
    """One for each process. All workers of one queue share an entry in the store, and so do all clocks."""

    def __init__(self, process: str) -> None:
        self._process, self._last = process, float("-inf")

    def beat(self, store: Store) -> None:
        """Never raises StoreUnavailable: other code reports that the store is away."""
        if time.monotonic() - self._last < MIN_SECONDS_BETWEEN:
            return
        with contextlib.suppress(StoreUnavailable):
            now = store.now_ms()
            store.guard(lambda: store.client.hset(keys.ring("heartbeats"), self._process, now))
            self._last = time.monotonic()


def seconds_since(store: Store) -> dict[str, int | None]:
    """Process -> seconds since its last heartbeat, None if there was none. Raises StoreUnavailable."""
    found, now = store.guard(lambda: store.client.hgetall(keys.ring("heartbeats"))), store.now_ms()
    beats = {name: found.get(name.encode()) for name in PROCESSES}
    return {name: None if beat is None else max(0, now - int(beat)) // 1000 for name, beat in beats.items()}


def alive(seconds: int | None) -> bool:
    return seconds is not None and seconds <= DEAD_SECONDS
