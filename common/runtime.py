"""The context of every operation: settings, store, keys, and the objects that rooms keep for this process."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import RLock
from typing import Any, TypeVar, cast

from common.config import Settings
from storage.keyring import KeyRing
from storage.store import Store

P = TypeVar("P")


class Runtime:
    """One for each process, made by common/assembly.py.

    `part` is the only way to keep an object for the life of a process: a room passes its class, or a function
    that makes the object, and gets the same object each time.
    """

    def __init__(self, settings: Settings, store: Store, ring: KeyRing) -> None:
        self.settings = settings
        self.store = store
        self.ring = ring
        self.index = ring.index
        self.seal = ring.seal
        #: Called with a name at points where tests kill the process; tests replace it.
        self.failpoint: Callable[[str], None] = lambda name: None
        self._parts: dict[Callable[..., Any], Any] = {}
        self._lock = RLock()

    def part(self, make: Callable[[Runtime], P]) -> P:
        """The object that the first `make(runtime)` returned in this process."""
        found = self._parts.get(make)
        if found is None:
            with self._lock:
                found = self._parts.get(make)
                if found is None:
                    found = self._parts[make] = make(self)
        return cast(P, found)

    def has(self, make: Callable[[Runtime], P]) -> bool:
        """Whether `part` need not call `make`, which may wait for the store."""
        return make in self._parts

    def replace_part(self, make: Callable[[Runtime], P], part: P) -> None:
        """For tests: use `part` from now on."""
        self._parts[make] = part

    def now_ms(self) -> int:
        """This machine's time, for values that are not compared with the store's time."""
        return self.store.clock() if self.store.clock else int(time.time() * 1000)
