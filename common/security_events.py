"""One log line for each refused request that may be part of an attack, and for each login, in `maskline.security`.

A line has the kind, our own SIDs, our own words and a keyed hash of the client's address; never a value of the request.
Whoever sends many such requests must not fill the disk: each process writes at most PER_MINUTE lines a minute of one
kind, and the next line says how many were left out.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from threading import Lock
from typing import Any

from common.client_address import ClientAddress
from common.runtime import Runtime

log = logging.getLogger("maskline.security")

PER_MINUTE = 10
#: A SID, or a word of ours. Anything else is left out: it could be a value of the request.
SAFE = re.compile(r"[A-Z]{2}[0-9a-f]{32}|[a-z][a-z0-9._-]{0,40}", re.ASCII)


class Kind(StrEnum):
    """docs/security-events.md explains each."""

    NO_CREDENTIALS = "no-credentials"
    WRONG_CREDENTIALS = "wrong-credentials"
    TOO_MANY_FAILURES = "too-many-failures"
    CARRIER_KEY_NOT_ASKED = "carrier-key-not-asked"
    READ_ONLY_WRITE = "read-only-write"
    WEBHOOK_REFUSED = "webhook-refused"
    SLOW_REQUEST = "slow-request"
    MEDIA_LINK_REFUSED = "media-link-refused"
    CALLBACK_URL_REFUSED = "callback-url-refused"
    TARGET_REFUSED = "target-refused"
    PAGE_TOKEN_REFUSED = "page-token-refused"
    LOGIN = "login"


@dataclass(slots=True)
class _Minute:
    """The lines of one kind: when this minute began, how many lines it has, and how many were left out."""

    began: float
    lines: int = 0
    left_out: int = 0


class SecurityEvents:
    """One for each process. Tests set `now`."""

    def __init__(self, rt: Runtime) -> None:
        self.now: Callable[[], float] = time.monotonic
        self._rt = rt
        self._lock = Lock()
        self._minutes: dict[Kind, _Minute] = {}

    def note(
        self,
        kind: Kind,
        *,
        client: ClientAddress | None = None,
        account: str | None = None,
        service: str | None = None,
        key: str | None = None,
        reason: str | None = None,
    ) -> None:
        """`account`, `service`, `key`: SIDs that exist here. `reason`: a word of ours. Never raises."""
        facts = {"account": account, "service": service, "key": key, "reason": reason}
        safe = {name: value for name, value in facts.items() if value and SAFE.fullmatch(value)}
        for each, count in self._finished(kind):
            _write(each, {"left_out": count})
        left_out = self._take_line(kind)
        if left_out is not None:
            _write(kind, {**safe, **self._facts_of(client), **({"left_out": left_out} if left_out else {})})

    def _take_line(self, kind: Kind) -> int | None:
        """None: this minute has its lines. Else how many events were left out before this one."""
        with self._lock:
            now = self.now()
            minute = self._minutes.setdefault(kind, _Minute(now))
            left_out = 0
            if now - minute.began >= 60:
                left_out, self._minutes[kind] = minute.left_out, _Minute(now)
                minute = self._minutes[kind]
            if minute.lines >= PER_MINUTE:
                minute.left_out += 1
                return None
            minute.lines += 1
            return left_out

    def _finished(self, kind: Kind) -> list[tuple[Kind, int]]:
        """The other kinds whose minute is over with something left out: nothing may come that would tell of it."""
        with self._lock:
            now = self.now()
            over = [(each, minute.left_out) for each, minute in self._minutes.items() if now - minute.began >= 60]
            for each, _ in over:
                if each != kind:
                    del self._minutes[each]
            return [(each, left_out) for each, left_out in over if each != kind and left_out]

    def _facts_of(self, client: ClientAddress | None) -> dict[str, Any]:
        if client is None:
            return {}
        if self._rt.settings.log_client_addresses:
            return {"network": client.reach, "client": client.block}
        return {"network": client.reach, "client": self._rt.index.of_client(client.block)}


def note(rt: Runtime, kind: Kind, **facts: Any) -> None:
    """See SecurityEvents.note."""
    rt.part(SecurityEvents).note(kind, **facts)


def _write(kind: Kind, facts: dict[str, Any]) -> None:
    level = logging.INFO if kind == Kind.LOGIN else logging.WARNING
    log.log(level, "security %s", kind, extra={"facts": {"event": "security", "outcome": str(kind), **facts}})
