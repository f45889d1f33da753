"""Turns of requests that are answered on the event loop: few of one Service at once, and the Services take turns."""

from __future__ import annotations

import asyncio
from functools import partial

from proxy.edge.fair_queue import FairQueue, Limits


class Turns:
    """Used by the event loop alone."""

    def __init__(self, limits: Limits) -> None:
        self._queue = FairQueue(limits)

    async def take(self, name: str) -> bool:
        """Waits for a turn, which `end` must end. False: too much waits, and there is no turn."""
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        if not self._queue.put(name, partial(self._give, turn, name)):
            return False
        self._begin()
        if not turn.done():
            try:
                await turn
            except asyncio.CancelledError:
                if not turn.cancelled():
                    self.end(name)
                raise
        return True

    def end(self, name: str) -> None:
        self._queue.end(name)
        self._begin()

    def _begin(self) -> None:
        while found := self._queue.begin():
            found.work()

    def _give(self, turn: asyncio.Future[None], name: str) -> None:
        if turn.cancelled():
            self._queue.end(name)
        else:
            turn.set_result(None)
