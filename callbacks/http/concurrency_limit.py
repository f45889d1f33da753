"""How many requests may be in progress: for each account, so that one with a slow receiver delays only itself,
and in all."""

from __future__ import annotations

from collections import Counter
from threading import Lock

from callbacks.http.response import FailureKind, RequestFailed


class ConcurrencyLimit:
    """Counted in each process. Each acquire needs one release."""

    def __init__(self, per_account: int, total: int) -> None:
        self._per_account = per_account
        self._total = total
        self._reserve = total // 4
        self._under_way = Counter[str]()
        self._lock = Lock()

    def acquire(self, account_sid: str) -> None:
        """Never waits. Raises RequestFailed with BUSY."""
        with self._lock:
            if not self._has_room(account_sid):
                raise RequestFailed(FailureKind.BUSY)
            self._under_way[account_sid] += 1

    def release(self, account_sid: str) -> None:
        with self._lock:
            self._under_way[account_sid] -= 1
            if not self._under_way[account_sid]:
                del self._under_way[account_sid]

    def _has_room(self, account_sid: str) -> bool:
        """A quarter is kept for accounts without any request, so that a few slow receivers cannot block others."""
        under_way, free = self._under_way[account_sid], self._total - self._under_way.total()
        return under_way < self._per_account and free > (self._reserve if under_way else 0)
