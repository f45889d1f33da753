"""Webhooks that were refused: counted in the store for everybody to read, and told of in the log, not too often.

Who may post a webhook is open to all the world, so neither the log nor the store is written for each of them.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from threading import Lock

from common.runtime import Runtime
from storage import keys
from storage.store import Store, StoreUnavailable

log = logging.getLogger("maskline.webhooks")

#: Between two warnings for the same reason, and between two writes of the counts, of one process.
WARN_SECONDS, WRITE_SECONDS = 60.0, 5.0
#: How many signatures a second are compared with other URLs than ours.
MOST_COMPARED = 20


class Reason(StrEnum):
    """URL: the carrier signed another URL than PUBLIC_URL gives. SIGNATURE: no usual variant of it fits either.

    UNSIGNED: no signature at all. SERVICE: no such Service. PATH: no such path, or not by that method. FORM: no form.
    FIELD: a field is missing or not of its kind. ACCOUNT: of another account of the carrier. TOKEN: an address that we
    have not given away.
    """

    URL = "url"
    SIGNATURE = "signature"
    UNSIGNED = "unsigned"
    SERVICE = "service"
    PATH = "path"
    FORM = "form"
    FIELD = "field"
    ACCOUNT = "account"
    TOKEN = "token"


@dataclass(frozen=True, slots=True)
class Refused:
    """`last_ms`: UTC, of this machine's clock. `said`: the last sentence, with the way out; never a number."""

    reason: Reason
    count: int
    last_ms: int
    said: str


class Refusals:
    """One for a process. `write_seconds` is longer in tests that show that a refused request writes nothing."""

    def __init__(self, rt: Runtime) -> None:
        self.write_seconds = WRITE_SECONDS
        self._store = rt.store
        self._lock = Lock()
        self._waiting = Counter[Reason]()
        self._said: dict[Reason, str] = {}
        self._warned: dict[Reason, float] = {}
        self._written = 0.0
        self._second, self._compared = 0, 0

    def may_compare(self) -> bool:
        """Whether this signature may be compared with other URLs: that costs some dozens of hashes."""
        with self._lock:
            second = int(time.monotonic())
            self._compared = self._compared + 1 if second == self._second else 1
            self._second = second
            return self._compared <= MOST_COMPARED

    def note(self, reason: Reason, sentence: str) -> None:
        """`sentence` names no number, and nothing that only the request says. Never raises StoreUnavailable."""
        now = time.monotonic()
        with self._lock:
            self._waiting[reason] += 1
            self._said[reason] = sentence
            warn = now - self._warned.get(reason, 0.0) >= WARN_SECONDS
            write = now - self._written >= self.write_seconds
            if warn:
                self._warned[reason] = now
            if write:
                self._written, found = now, self._waiting
                self._waiting = Counter()
        if warn:
            log.warning("a webhook was refused (%s): %s", reason, sentence)
        if write:
            self._write(found)

    def _write(self, found: Counter[Reason]) -> None:
        try:
            self._store.guard(lambda: self._add(found))
        except StoreUnavailable:
            with self._lock:
                self._waiting += found

    def _add(self, found: Counter[Reason]) -> None:
        key, now = keys.ring("refusals"), int(time.time() * 1000)
        with self._store.client.pipeline() as line:
            for reason, count in found.items():
                line.hincrby(key, reason, count)
                line.hset(key, mapping={f"{reason}:at": now, f"{reason}:said": self._said[reason]})
            line.execute()


def read(store: Store) -> list[Refused]:
    """Since the store began, the most recent first. What a process refused within the last seconds may be missing."""
    stored = store.guard(lambda: store.client.hgetall(keys.ring("refusals")))
    text = {name.decode(): value.decode() for name, value in stored.items()}
    found = [
        Refused(reason, int(text[reason]), int(text[f"{reason}:at"]), text[f"{reason}:said"])
        for reason in Reason
        if reason in text
    ]
    return sorted(found, key=lambda one: one.last_ms, reverse=True)
