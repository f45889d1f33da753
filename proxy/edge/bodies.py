"""Reads the bodies of requests, each with a limit and a deadline, without a thread.

A body that comes slowly costs a small object until its time is over: BODY_SECONDS, or CROWDED_SECONDS while many are
awaited. Genuine bodies come together with their head.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass, field

from granian.rsgi import HTTPProtocol  # type: ignore[attr-defined]

BODY_SECONDS, CROWDED_SECONDS = 10.0, 2.0
#: With more than CROWDED bodies awaited, each has less time; with more than MOST the oldest one is given up.
CROWDED, MOST = 256, 4096
SWEEP_SECONDS = 0.25


class TooSlow(Exception):
    """The body did not come in time."""


@dataclass(slots=True)
class _Awaited:
    task: asyncio.Task[None]
    since: float
    given_up: bool = False


@dataclass(slots=True)
class Bodies:
    """One for each process. `limit`: in bytes; of a longer body only one byte more is read."""

    limit: int
    #: In the order in which they began.
    _awaited: dict[int, _Awaited] = field(default_factory=dict)
    _sweeping: bool = False
    _last: int = 0

    async def read_chunked(self, proto: HTTPProtocol) -> bytes:
        """A body whose length is not known beforehand. Raises TooSlow, and whatever the server raises."""
        return await self.wait(self._read_chunks(proto))

    async def wait(self, body: Awaitable[bytes]) -> bytes:
        """Raises TooSlow, and whatever the server raises."""
        loop = asyncio.get_running_loop()
        task = asyncio.current_task()
        assert task is not None
        self._last += 1
        number, awaited = self._last, _Awaited(task, loop.time())
        self._awaited[number] = awaited
        self._watch(loop)
        try:
            return await body
        except asyncio.CancelledError:
            if not awaited.given_up:
                raise
            raise TooSlow from None
        finally:
            del self._awaited[number]

    async def _read_chunks(self, proto: HTTPProtocol) -> bytes:
        body = bytearray()
        async for chunk in proto:
            body += chunk
            if len(body) > self.limit:
                break
        return bytes(body[: self.limit + 1])

    def _watch(self, loop: asyncio.AbstractEventLoop) -> None:
        if len(self._awaited) > MOST:
            self._give_up(next(iter(self._awaited.values())))
        if not self._sweeping:
            self._sweeping = True
            loop.call_later(SWEEP_SECONDS, self._sweep, loop)

    def _sweep(self, loop: asyncio.AbstractEventLoop) -> None:
        limit = CROWDED_SECONDS if len(self._awaited) > CROWDED else BODY_SECONDS
        for awaited in self._awaited.values():
            if loop.time() - awaited.since < limit:
                break
            self._give_up(awaited)
        self._sweeping = bool(self._awaited)
        if self._sweeping:
            loop.call_later(SWEEP_SECONDS, self._sweep, loop)

    def _give_up(self, awaited: _Awaited) -> None:
        awaited.given_up = True
        awaited.task.cancel()
