"""How many wrong credentials one address may send, and how many an account gets: budgets in the store.

A failure takes from the budget of the client's address and from that of the account, in one call of the store. When an
address has used up its budget, each process that learns of it refuses the address's credentials unread until the
budget has one more: a process learns of it at the next failure that it sees. So a right credential costs no call, and
each process reads at most one more guess than the budget allows.

An account's budget locks nobody out who has the right credential: while it is used up, an address has one failure
instead of all of its own budget. Addresses that many clients share (a proxy that TRUSTED_PROXIES does not name) have no
budget of their own, since strangers would lock out everybody.
"""

from __future__ import annotations

import threading
import time

from common.client_address import ClientAddress
from common.runtime import Runtime

#: Addresses that one process remembers at most. The oldest goes first.
MOST_WAITING = 10_000


class LoginFailures:
    """One for a process. Times in ms."""

    def __init__(self, rt: Runtime) -> None:
        self._rt = rt
        self._lock = threading.Lock()
        #: Address -> when its credentials are read again.
        self._waiting: dict[str, float] = {}

    @property
    def any_waits(self) -> bool:
        return bool(self._waiting)

    def wait_of(self, client: ClientAddress) -> int:
        """How long this address has to wait; 0: not at all."""
        with self._lock:
            left = self._waiting.get(client.block, 0.0) - self._now()
            if left <= 0:
                self._waiting.pop(client.block, None)
        return max(0, int(left))

    def count(self, client: ClientAddress, account_sid: str | None) -> int:
        """Counts a failure. Returns how long to wait, if the budget was used up before it; else 0.

        Raises StoreUnavailable.
        """
        settings = self._rt.settings
        if not settings.login_failures_per_minute:
            return 0
        found = self._rt.store.ring(
            "count_login_failure",
            {
                "client": "" if client.shared else self._rt.index.of_client(client.block),
                "account": account_sid or "",
                "per_client": settings.login_failures_per_minute,
                "per_account": settings.account_login_failures_per_minute,
            },
        )
        if found["wait"]:
            self._let_wait(client.block, found["wait"])
        return max(1, found["wait"]) if found["over"] else 0

    def _let_wait(self, block: str, wait: int) -> None:
        with self._lock:
            self._waiting.pop(block, None)
            while len(self._waiting) >= MOST_WAITING:
                del self._waiting[next(iter(self._waiting))]
            self._waiting[block] = self._now() + wait

    def _now(self) -> float:
        """The test's clock, or a monotonic one: it only measures how long ago the store was asked."""
        clock = self._rt.store.clock
        return clock() if clock else time.monotonic() * 1000
