"""Requests that wait for a thread, in a queue for each Service or API client; the queues take turns.

So somebody who sends very much waits behind their own requests, and nobody else does.
"""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

Work = Callable[[], None]
#: A queue is alone when no other one had a request for so long.
ALONE_SECONDS = 1.0


class Limits(NamedTuple):
    """Each: of all queues together, then of one queue.

    `at_once`: requests that are worked on, without those that wait for an app or the carrier; last, of one queue while
    others had requests in this second. `waiting`: for a thread.
    """

    threads: tuple[int, int]
    at_once: tuple[int, int, int]
    waiting: tuple[int, int]


class Next(NamedTuple):
    name: str
    work: Work


@dataclass(slots=True)
class _Queue:
    name: str
    working: int = 0
    threads: int = 0
    has_turn: bool = False
    waiting: deque[Work] = field(default_factory=deque)


class FairQueue:
    """Says which request is worked on next. Only one thread may call it, but for `waits`."""

    def __init__(self, limits: Limits, clock: Callable[[], float] = time.monotonic) -> None:
        self._threads, self._threads_each = limits.threads
        self._at_once, self._share_alone, self._share_beside = limits.at_once
        self._share, self._clock = self._share_alone, clock
        #: The queue of the last request, and when it and any other one had a request.
        self._last, self._last_at, self._others_at = "", -math.inf, -math.inf
        self._most_waiting, self._most_waiting_each = limits.waiting
        self._working = self._busy = self._count = 0
        self._queues: dict[str, _Queue] = {}
        #: Queues of which a request may begin, in the order of their turns.
        self._turns: deque[_Queue] = deque()

    @property
    def waits(self) -> bool:
        """Whether any request waits."""
        return self._count > 0

    def put(self, name: str, work: Work) -> bool:
        """False: too much waits. Then only a queue in which nothing waits is taken, so one who sends little is."""
        queue = self._queues.get(name) or self._queues.setdefault(name, _Queue(name))
        if len(queue.waiting) >= (self._most_waiting_each if self._count < self._most_waiting else 1):
            return False
        self._note(name)
        self._count += 1
        queue.waiting.append(work)
        self._give_turn(queue)
        return True

    def _note(self, name: str) -> None:
        """A queue that is alone may have more at once: nobody else is there to be held up, and the store then
        writes many changes to the disk together."""
        now = self._clock()
        if name != self._last:
            self._last, self._others_at = name, self._last_at
        self._last_at = now
        self._share = self._share_alone if now - self._others_at >= ALONE_SECONDS else self._share_beside

    def begin(self) -> Next | None:
        """The next request, if one may begin."""
        if not self._turns or self._working >= self._at_once or self._busy >= self._threads:
            return None
        queue = self._turns.popleft()
        queue.has_turn = False
        self._count -= 1
        self._busy += 1
        self._working += 1
        queue.threads += 1
        queue.working += 1
        found = Next(queue.name, queue.waiting.popleft())
        self._give_turn(queue)
        return found

    def end(self, name: str) -> None:
        queue = self._queues[name]
        self._busy -= 1
        queue.threads -= 1
        self.pause(name)
        if not queue.threads and not queue.waiting:
            del self._queues[name]

    def pause(self, name: str) -> None:
        """A request waits for somebody else: it has its thread, but another one may be worked on."""
        queue = self._queues[name]
        self._working -= 1
        queue.working -= 1
        self._give_turn(queue)

    def resume(self, name: str) -> None:
        """It goes on at once, even if others are worked on meanwhile: it has waited already."""
        self._working += 1
        self._queues[name].working += 1

    def _give_turn(self, queue: _Queue) -> None:
        """Behind all others, if one of its requests may begin."""
        free = queue.working < self._share and queue.threads < self._threads_each
        if free and queue.waiting and not queue.has_turn:
            queue.has_turn = True
            self._turns.append(queue)
