"""The threads that run Flask: few requests are worked on at once, and those that wait take turns (fair_queue.py)."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections import deque
from collections.abc import Callable
from queue import SimpleQueue

from common import waiting
from proxy.edge.fair_queue import FairQueue, Limits, Next, Work


class Threads:
    """Work must not raise.

    The queue belongs to the event loop alone and so needs no lock: one that the loop shares with busy threads costs a
    fifth of the throughput. The threads say what they did, and wake the loop for it only while a request waits.
    """

    def __init__(self, name: str, limits: Limits) -> None:
        self._queue = FairQueue(limits)
        self._loop: asyncio.AbstractEventLoop | None = None
        #: For idle threads. Never more than there are.
        self._ready: SimpleQueue[Next] = SimpleQueue()
        #: What threads did, and the queue that it changes.
        self._done: deque[tuple[Callable[[str], None], str]] = deque()
        for number in range(limits.threads[0]):
            threading.Thread(target=self._run, name=f"{name}-{number}", daemon=True).start()

    def take(self, name: str, work: Work) -> bool:
        """In the event loop. `name`: of the queue. False: too much is waiting, and this was not taken."""
        self._loop = self._loop or asyncio.get_running_loop()
        self._settle()
        taken = self._queue.put(name, work)
        # Again: what a thread did before this request waited did not wake the loop.
        self._settle()
        return taken

    def pause(self, name: str) -> None:
        self._tell(self._queue.pause, name)

    def resume(self, name: str) -> None:
        self._tell(self._queue.resume, name)

    def _tell(self, change: Callable[[str], None], name: str) -> None:
        """In a thread."""
        self._done.append((change, name))
        if self._queue.waits and self._loop is not None:
            # RuntimeError: the process is stopping, and the loop is closed.
            with contextlib.suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._settle)

    def _settle(self) -> None:
        while self._done:
            change, name = self._done.popleft()
            change(name)
        while found := self._queue.begin():
            self._ready.put(found)

    def _run(self) -> None:
        turn = _Turn(self)
        waiting.answers_requests(turn)
        while True:
            turn.name, work = self._ready.get()
            work()
            self._tell(self._queue.end, turn.name)


class _Turn:
    """Of one thread: knows which queue its request came from."""

    def __init__(self, threads: Threads) -> None:
        self._threads, self.name = threads, ""

    def pause(self) -> None:
        self._threads.pause(self.name)

    def resume(self) -> None:
        self._threads.resume(self.name)
