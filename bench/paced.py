"""Requests at a steady rate, each timed from when it was due: a server that stops also counts for those that wait."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from bench.load import is_complete
from bench.rounds import Target

Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


def p99_ms(target: Target, requests: Sequence[bytes], a_second: float, expected: bytes) -> float:
    """Raises ValueError if an answer does not contain `expected`."""
    took = sorted(asyncio.run(_Pace(target, expected).run(requests, a_second)))
    return took[int(len(took) * 0.99)] * 1000


class _Pace:
    def __init__(self, target: Target, expected: bytes) -> None:
        self._target, self._expected = target, expected
        self._idle: list[Connection] = []

    async def run(self, requests: Sequence[bytes], a_second: float) -> list[float]:
        """Seconds of each request."""
        loop, began, tasks = asyncio.get_running_loop(), asyncio.get_running_loop().time(), []
        for place, request in enumerate(requests):
            due = began + place / a_second
            await asyncio.sleep(due - loop.time())
            tasks.append(loop.create_task(self._ask(request, due)))
        took = await asyncio.gather(*tasks)
        for _, writer in self._idle:
            writer.close()
        return took

    async def _ask(self, request: bytes, due: float) -> float:
        """Over a connection that is idle, or over a new one."""
        connection = self._idle.pop() if self._idle else await asyncio.open_connection(*self._target)
        reader, writer = connection
        writer.write(request)
        answer = b""
        while not is_complete(answer):
            got = await reader.read(65536)
            if not got:
                raise ValueError("a connection was closed in the middle of an answer")
            answer += got
        if self._expected not in answer:
            raise ValueError(f"not the right answer: {answer[:200]!r}")
        self._idle.append(connection)
        return asyncio.get_running_loop().time() - due
