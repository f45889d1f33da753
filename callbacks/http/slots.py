"""How many posts may be under way: per account, so that a slow receiver holds up its own account alone, and in all."""

from __future__ import annotations

from collections import Counter
from threading import Lock

from callbacks.http.outcome import Kind, OutsideError


class Slots:
    """Counted per process. Who enters must leave."""

    def __init__(self, per_account: int, total: int) -> None:
        self._per_account = per_account
        self._total = total
        self._reserve = total // 4
        self._held = Counter[str]()
        self._lock = Lock()

    def enter(self, account_sid: str) -> None:
        with self._lock:
            if not self._has_room(account_sid):
                raise OutsideError(Kind.BUSY)
            self._held[account_sid] += 1

    def leave(self, account_sid: str) -> None:
        with self._lock:
            self._held[account_sid] -= 1
            if not self._held[account_sid]:
                del self._held[account_sid]

    def _has_room(self, account_sid: str) -> bool:
        """The last places go to accounts that hold none: a few slow receivers must not shut out the others."""
        held, free = self._held[account_sid], self._total - self._held.total()
        return held < self._per_account and free > (self._reserve if held else 0)
