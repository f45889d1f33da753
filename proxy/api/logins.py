"""The first request of a client with a credential is a security event: who uses which credential, from where.

Every request carries its credentials, so an event for each would say nothing more and fill the log.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock

from common.client_address import ClientAddress
from common.runtime import Runtime
from common.security_events import Kind, note
from services.accounts import Principal

#: A client that was seen within this time is not new.
SECONDS = 3600.0
#: Clients that one process remembers at most. The oldest goes first.
MOST_REMEMBERED = 10_000


class Logins:
    """One for each process. Tests set `now`."""

    def __init__(self, rt: Runtime) -> None:
        self.now: Callable[[], float] = time.monotonic
        self._lock = Lock()
        #: Account, key and client -> when the event was written.
        self._noted: dict[tuple[str, str | None, str], float] = {}

    def is_new(self, principal: Principal, block: str) -> bool:
        who, now = (principal.account_sid, principal.key_sid, block), self.now()
        noted = self._noted.get(who)
        if noted is not None and now - noted < SECONDS:
            return False
        with self._lock:
            self._noted.pop(who, None)
            while len(self._noted) >= MOST_REMEMBERED:
                del self._noted[next(iter(self._noted))]
            self._noted[who] = now
        return True


def note_login(rt: Runtime, principal: Principal, client: ClientAddress) -> None:
    if rt.part(Logins).is_new(principal, client.block):
        note(
            rt, Kind.LOGIN, client=client, account=principal.account_sid, key=principal.key_sid, reason=principal.role
        )  # fmt: skip
