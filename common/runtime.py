"""What an operation gets: the settings, the store, the keys; and each room's own objects of this process."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import RLock
from typing import Any, TypeVar, cast

from common.config import Settings
from storage.index import Index
from storage.seal import Seal
from storage.store import Store

P = TypeVar("P")


class Runtime:
    """One for a process; made by common/assembly.py.

    `part` is the only way in which something is kept for the life of a process: a room asks for its class, or for a
    function that makes the object, and gets the same object each time.
    """

    def __init__(self, settings: Settings, store: Store, index: Index, seal: Seal) -> None:
        self.settings = settings
        self.store = store
        self.index = index
        self.seal = seal
        #: Called with a name at the points where a process may be killed; tests replace it.
        self.failpoint: Callable[[str], None] = lambda name: None
        self._parts: dict[Callable[..., Any], Any] = {}
        self._lock = RLock()

    def part(self, make: Callable[[Runtime], P]) -> P:
        """What `make(runtime)` returned when it was first asked for in this process."""
        found = self._parts.get(make)
        if found is None:
            with self._lock:
                found = self._parts.get(make)
                if found is None:
                    found = self._parts[make] = make(self)
        return cast(P, found)

    def replace_part(self, make: Callable[[Runtime], P], part: P) -> None:
        """For tests: `part` from now on."""
        self._parts[make] = part

    def now_ms(self) -> int:
        """This machine's time, for what is not compared with the store's."""
        return self.store.clock() if self.store.clock else int(time.time() * 1000)
