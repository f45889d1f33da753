"""Counts refused webhooks in the store, and logs a warning for each reason once a minute.

Anybody may send a request to a webhook URL, so a refused request must not cost a log line or a write each time.
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

#: In one process: the time between two warnings for the same reason, and between two writes of the counts.
WARN_SECONDS, WRITE_SECONDS = 60.0, 5.0
#: How many signatures in one second are compared with variants of our URL.
MAX_COMPARED_PER_SECOND = 20


class Reason(StrEnum):
    """Why a webhook was refused.

    URL: the carrier signed a variant of the URL that PUBLIC_URL gives. SIGNATURE: no known variant fits.
    UNSIGNED: it has no signature. SERVICE: no such Service. PATH: no such path, or the wrong method.
    FORM: the body is not a form. FIELD: a field is missing or has the wrong format.
    ACCOUNT: it is for another account of the carrier. TOKEN: the token in the path is not one of ours.
    URL_ENDED: the number's URL at the carrier was not renewed in time, or an old request was sent again. OTHER_NUMBER,
    NOT_NEW: at Twilio's own path, for a number that is not in the Service, or for a message or call that is over.
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
    URL_ENDED = "url-ended"
    OTHER_NUMBER = "other-number"
    NOT_NEW = "not-new"


@dataclass(frozen=True, slots=True)
class RefusalCount:
    """`last_ms`: UTC, by the clock of the web process. `last_message` says how to fix it; it never has a number."""

    reason: Reason
    count: int
    last_ms: int
    last_message: str


class RefusalCounter:
    """One for each process. Tests set `write_seconds`."""

    def __init__(self, rt: Runtime) -> None:
        self.write_seconds = WRITE_SECONDS
        self._store = rt.store
        self._lock = Lock()
        self._unwritten = Counter[Reason]()
        self._last_messages: dict[Reason, str] = {}
        self._warned_at: dict[Reason, float] = {}
        self._written_at = 0.0
        self._second, self._compared = 0, 0

    def may_compare(self) -> bool:
        """Whether one more signature may be compared with variants of our URL, which costs dozens of hashes."""
        with self._lock:
            second = int(time.monotonic())
            self._compared = self._compared + 1 if second == self._second else 1
            self._second = second
            return self._compared <= MAX_COMPARED_PER_SECOND

    def count(self, reason: Reason, message: str) -> None:
        """`message` must not contain a number or anything else from the request. Never raises StoreUnavailable."""
        now = time.monotonic()
        with self._lock:
            self._unwritten[reason] += 1
            self._last_messages[reason] = message
            warn = now - self._warned_at.get(reason, 0.0) >= WARN_SECONDS
            write = now - self._written_at >= self.write_seconds
            if warn:
                self._warned_at[reason] = now
            if write:
                self._written_at, counts = now, self._unwritten
                self._unwritten = Counter()
        if warn:
            log.warning("a webhook was refused (%s): %s", reason, message)
        if write:
            self._write(counts)

    def _write(self, counts: Counter[Reason]) -> None:
        try:
            self._store.guard(lambda: self._add(counts))
        except StoreUnavailable:
            with self._lock:
                self._unwritten += counts

    def _add(self, counts: Counter[Reason]) -> None:
        key, now_ms = keys.ring("refusals"), int(time.time() * 1000)
        with self._store.pipeline(key) as pipeline:
            for reason, count in counts.items():
                pipeline.hincrby(key, reason, count)
                pipeline.hset(key, mapping={f"{reason}:at": now_ms, f"{reason}:said": self._last_messages[reason]})
            pipeline.execute()


def read_counts(store: Store) -> list[RefusalCount]:
    """All counts in the store, the most recent refusal first. The last seconds of a process may be missing."""
    stored = store.guard(lambda: store.client.hgetall(keys.ring("refusals")))
    fields = {name.decode(): value.decode() for name, value in stored.items()}
    counts = [
        RefusalCount(reason, int(fields[reason]), int(fields[f"{reason}:at"]), fields[f"{reason}:said"])
        for reason in Reason
        if reason in fields
    ]
    return sorted(counts, key=lambda count: count.last_ms, reverse=True)
