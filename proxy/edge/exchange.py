"""One request on its way: from the event loop, where its body is awaited, to a thread, where Flask answers it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections import deque
from collections.abc import Callable
from typing import Protocol

from granian.rsgi import HTTPProtocol, ProtocolClosed, Scope  # type: ignore[attr-defined]

from proxy.context import BEGUN
from proxy.edge.wsgi import Application, environ_of, run

log = logging.getLogger("maskline.edge")

#: How often, and for how long each time, a thread looks whether a body that has just begun is complete.
LOOKS, LOOK_SECONDS = 4, 0.000_25
FINISH_SECONDS = 0.05

OnAnswer = Callable[[int], None]


class Reading(Protocol):
    """What the web server gives for a body that it reads."""

    def done(self) -> bool: ...
    def result(self) -> bytes: ...


class Exchanges:
    """Ends the coroutines of requests that a thread has answered.

    The web server needs each coroutine to last until its answer is given, and no longer. To wake the event loop for
    each would cost as much as the rest of this way, so it ends them when it is awake for another request, or a little
    later.
    """

    def __init__(self) -> None:
        self._over: deque[tuple[asyncio.Future[bool], bool]] = deque()
        self._under_way = 0
        self._ticking = False

    async def wait(self, exchange: Exchange) -> bool:
        """What `exchange` says when it is over."""
        self.finish()
        loop = asyncio.get_running_loop()
        self._under_way += 1
        if not self._ticking:
            self._ticking = True
            loop.call_later(FINISH_SECONDS, self._tick, loop)
        try:
            return await exchange.over
        finally:
            self._under_way -= 1

    def end(self, over: asyncio.Future[bool], answered: bool) -> None:
        """Called by a thread."""
        self._over.append((over, answered))

    def _tick(self, loop: asyncio.AbstractEventLoop) -> None:
        self.finish()
        self._ticking = self._under_way > 0
        if self._ticking:
            loop.call_later(FINISH_SECONDS, self._tick, loop)

    def finish(self) -> None:
        while self._over:
            over, answered = self._over.popleft()
            if not over.done():
                over.set_result(answered)


class Exchange:
    """`body`: the body itself, or what the web server gives while it reads it. `on_answer`: called with the status.

    `begun`: what Flask is to end; see proxy/context.py: BEGUN.
    """

    __slots__ = ("application", "begun", "body", "exchanges", "loop", "on_answer", "over", "proto", "scope")

    def __init__(
        self, application: Application, exchanges: Exchanges, scope: Scope, proto: HTTPProtocol, body: bytes | Reading,
        on_answer: OnAnswer | None = None, begun: object = None,
    ) -> None:  # fmt: skip
        self.begun = begun
        self.application, self.exchanges = application, exchanges
        self.scope, self.proto, self.body, self.on_answer = scope, proto, body, on_answer
        self.loop = asyncio.get_running_loop()
        self.over: asyncio.Future[bool] = self.loop.create_future()

    def __call__(self) -> None:
        """In a thread: answers, unless the body is not here. Never raises."""
        try:
            body = self.body if isinstance(self.body, bytes) else _soon(self.body)
            if body is not None:
                environ = environ_of(self.scope, body)
                environ[BEGUN] = self.begun
                answer = run(self.application, environ)
                self.proto.response_bytes(*answer)
                if self.on_answer is not None:
                    self.on_answer(answer.status)
            self._end(body is not None)
        except ProtocolClosed:
            self._end(True)
        except Exception as error:
            # Without its text, which may hold a value of the request. The web server answers 500.
            log.error("%s outside of Flask", type(error).__name__)
            self._end(True)

    def _end(self, answered: bool) -> None:
        self.exchanges.end(self.over, answered)
        if not answered:
            # RuntimeError: the process is stopping, and the loop is closed.
            with contextlib.suppress(RuntimeError):
                self.loop.call_soon_threadsafe(self.exchanges.finish)


def _soon(reading: Reading) -> bytes | None:
    """The body, if it is here within a millisecond: usually it has come together with its head."""
    for _ in range(LOOKS):
        if reading.done():
            return reading.result()
        time.sleep(LOOK_SECONDS)
    return reading.result() if reading.done() else None
