"""The threads that run Flask: so many, and no more work waits for them than they can do in time."""

from __future__ import annotations

import threading
from collections.abc import Callable
from queue import SimpleQueue

Work = Callable[[], None]


class Threads:
    """`most_waiting`: how much work may wait for a thread. Work must not raise."""

    def __init__(self, name: str, count: int, most_waiting: int) -> None:
        self._most_waiting = most_waiting
        self._waiting: SimpleQueue[Work] = SimpleQueue()
        for number in range(count):
            threading.Thread(target=self._run, name=f"{name}-{number}", daemon=True).start()

    def take(self, work: Work) -> bool:
        """False: too much is waiting, and this was not taken."""
        if self._waiting.qsize() >= self._most_waiting:
            return False
        self._waiting.put(work)
        return True

    def _run(self) -> None:
        while True:
            self._waiting.get()()
