"""How full the store's memory is, and what is refused then.

A store that is full relays nothing. Before that, what only makes it fuller is refused: from 75 % new Services, Sessions
and the like, from 90 % all but relaying, statuses and closing. So the last tenth is for what people send. Only the API
asks, and a job that logs; nothing is added to a webhook.
"""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass
from enum import IntEnum
from math import inf
from typing import Any

from common.runtime import Runtime
from storage.store import StoreUnavailable

log = logging.getLogger("maskline.memory")

MEGABYTE = 1 << 20
#: The store is asked once in so many seconds by each process.
SECONDS = 1.0


class Level(IntEnum):
    """ROOM: all is done. SCARCE: nothing is created. RESERVED: the rest is for what people send."""

    ROOM = 0
    SCARCE = 75
    RESERVED = 90


MEANING = {
    Level.ROOM: "everything is accepted again",
    Level.SCARCE: "new Services, numbers, Sessions, Participants, notices and content lists are refused",
    Level.RESERVED: "only relaying, statuses, reading, closing and deleting go on",
}


@dataclass(frozen=True, slots=True)
class Memory:
    """In bytes. `most`: 0 if no limit is known."""

    used: int
    most: int

    @property
    def percent(self) -> int:
        return self.used * 100 // self.most if self.most else 0

    @property
    def level(self) -> Level:
        return max(level for level in Level if self.percent >= level)

    def __str__(self) -> str:
        of = f" of {self.most // MEGABYTE} MB ({self.percent} %)" if self.most else ", no limit is known"
        return f"{self.used // MEGABYTE} MB used{of}"


def memory_of(info: dict[str, Any], megabytes: int) -> Memory:
    """`info`: INFO of one server. `megabytes`: STORE_MEMORY_MEGABYTES, of each; the smaller limit counts."""
    limits = [limit for limit in (int(info.get("maxmemory", 0)), megabytes * MEGABYTE) if limit]
    return Memory(int(info.get("used_memory", 0)), min(limits, default=0))


def fullest(infos: list[dict[str, Any]], megabytes: int) -> Memory:
    """Of several primaries: what one of them refuses stops an operation that the others would do."""
    return max((memory_of(info, megabytes) for info in infos), key=lambda memory: (memory.percent, memory.used))


class StoreMemory:
    """One for each process. Logs when the level changes, with what was refused before."""

    def __init__(self, rt: Runtime) -> None:
        self._rt = rt
        self._lock = threading.Lock()
        #: When the store was asked last, and when a caller of `known` was told to ask it.
        self._asked = self._promised = -inf
        self._found = Memory(0, 0)
        self._refused = 0

    def read(self) -> Memory:
        """As it was at most SECONDS ago. If the store does not answer: as it was when it did."""
        with self._lock:
            if time.monotonic() - self._asked >= SECONDS:
                try:
                    self._ask()
                finally:
                    self._asked = time.monotonic()
            return self._found

    def known(self) -> Memory | None:
        """As it was at most twice SECONDS ago, without waiting. None: the caller must call `read` now.

        Meanwhile others get what was known before: on the event loop, many requests come until one has asked.
        """
        now = time.monotonic()
        if now - self._asked < SECONDS or (self._asked > -inf and now - self._promised < SECONDS):
            return self._found
        self._promised = now
        return None

    def note_refused(self) -> None:
        with self._lock:
            self._refused += 1

    def _ask(self) -> None:
        store = self._rt.store
        try:
            infos = store.infos("memory")
        except StoreUnavailable:
            return
        before, self._found = self._found.level, fullest(infos, self._rt.settings.store_memory_megabytes)
        if self._found.level != before:
            text = "the store has %s: %s; %d requests were refused before"
            log.log(logging.WARNING if self._found.level else logging.INFO, text, *self._facts())
            self._refused = 0

    def _facts(self) -> tuple[str, str, int]:
        return str(self._found), MEANING[self._found.level], self._refused
