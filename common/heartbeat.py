"""Signs of life: worker and clock write when they were last seen, `/readyz` and `flask doctor` read it."""

from __future__ import annotations

import contextlib
import time

from storage import keys
from storage.store import Store, StoreUnavailable

WORKER, CLOCK = "worker", "clock"
PROCESSES = (WORKER, CLOCK)
#: A sign is written no more often than this.
EVERY_SECONDS = 5.0
#: Without a sign for so long a process counts as dead: an idle worker gives one every 45 s, a job may take 20 s.
DEAD_SECONDS = 90


class Heart:
    """One for a process; which of several workers gave the sign is not kept."""

    def __init__(self, process: str) -> None:
        self._process, self._last = process, float("-inf")

    def beat(self, store: Store) -> None:
        """Never raises StoreUnavailable: who cannot write it has other troubles, which are told elsewhere."""
        if time.monotonic() - self._last < EVERY_SECONDS:
            return
        with contextlib.suppress(StoreUnavailable):
            store.guard(lambda: store.client.hset(keys.ring("heartbeats"), self._process, now_ms(store)))
            self._last = time.monotonic()


def now_ms(store: Store) -> int:
    """The store's time: the clocks of two machines differ."""
    seconds, micros = store.guard(lambda: store.client.time())
    return int(seconds) * 1000 + int(micros) // 1000


def silence(store: Store) -> dict[str, int | None]:
    """Process -> seconds since its last sign, None if it never gave one. Raises StoreUnavailable."""
    found, now = store.guard(lambda: store.client.hgetall(keys.ring("heartbeats"))), now_ms(store)
    signs = {name: found.get(name.encode()) for name in PROCESSES}
    return {name: None if sign is None else max(0, now - int(sign)) // 1000 for name, sign in signs.items()}


def alive(seconds: int | None) -> bool:
    return seconds is not None and seconds <= DEAD_SECONDS
