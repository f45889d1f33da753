"""The threads that run Flask: few requests are worked on at once, and those that wait take turns (fair_queue.py)."""

from __future__ import annotations

import threading
from queue import SimpleQueue

from common import waiting
from proxy.edge.fair_queue import FairQueue, Limits, Next, Work


class Threads:
    """Work must not raise."""

    def __init__(self, name: str, limits: Limits) -> None:
        self._lock = threading.Lock()
        self._queue = FairQueue(limits)
        #: For idle threads. Never more than there are.
        self._ready: SimpleQueue[Next] = SimpleQueue()
        for number in range(limits.threads[0]):
            threading.Thread(target=self._run, name=f"{name}-{number}", daemon=True).start()

    def take(self, name: str, work: Work) -> bool:
        """`name`: of the queue. False: too much is waiting, and this was not taken."""
        with self._lock:
            taken = self._queue.put(name, work)
            self._begin()
        return taken

    def pause(self, name: str) -> None:
        with self._lock:
            self._queue.pause(name)
            self._begin()

    def resume(self, name: str) -> None:
        with self._lock:
            self._queue.resume(name)

    def _begin(self) -> None:
        found = self._queue.begin()
        if found:
            self._ready.put(found)

    def _run(self) -> None:
        turn = _Turn(self)
        waiting.answers_requests(turn)
        while True:
            found: Next | None = self._ready.get()
            while found:
                turn.name = found.name
                found.work()
                found = self._after(found.name)

    def _after(self, name: str) -> Next | None:
        """A thread that has ended a request begins the next one itself: to wake another would cost more."""
        with self._lock:
            self._queue.end(name)
            return self._queue.begin()


class _Turn:
    """Of one thread: knows which queue its request came from."""

    def __init__(self, threads: Threads) -> None:
        self._threads, self.name = threads, ""

    def pause(self) -> None:
        self._threads.pause(self.name)

    def resume(self) -> None:
        self._threads.resume(self.name)
