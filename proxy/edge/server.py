"""The application that the web server calls: the body first, then the event loop's own answer, or a thread and Flask.

A plain webhook or creation of a Session is answered on the event loop (operations.py). Any other request takes a thread
when its body is here, so whoever sends a body slowly holds none. A webhook without a well-formed signature is refused
without its body, and so is a body that is too long by its own word. Each Service and each API client has a queue of its
own, and the queues take turns. Health checks have threads of their own, so they are answered while all others are busy.
"""

from __future__ import annotations

import json
from asyncio import AbstractEventLoop
from collections.abc import Callable
from typing import Any

from granian.rsgi import HTTPProtocol, ProtocolClosed, Scope  # type: ignore[attr-defined]

from carrier.signature import is_well_formed
from proxy.edge.bodies import Bodies, TooSlow
from proxy.edge.exchange import Exchange, Exchanges, OnAnswer, Reading
from proxy.edge.fair_queue import Limits
from proxy.edge.operations import Begun, Operations, Plain
from proxy.edge.queue_names import UNPROVEN, QueueNames, claimed_name
from proxy.edge.threads import Threads
from proxy.edge.turns import Turns
from proxy.edge.wsgi import Answer, Application
from proxy.flask_setup import BODY_LIMIT

#: relay/inbound.py and relay/app_questions.py use at most 3/4 of them to wait for apps.
THREADS, THREADS_EACH = 32, 28
#: Requests that are worked on at once: in all, of a Service or API client that is alone, and of one beside others.
#: Measured: docs/performance.md.
AT_ONCE, AT_ONCE_ALONE, AT_ONCE_EACH = 16, 16, 2
#: More would wait longer than the carrier does.
MOST_WAITING, MOST_WAITING_EACH = 1024, 256
REQUESTS = Limits((THREADS, THREADS_EACH), (AT_ONCE, AT_ONCE_ALONE, AT_ONCE_EACH), (MOST_WAITING, MOST_WAITING_EACH))
#: On the event loop: there a request that waits for the store holds nothing.
ON_LOOP = Limits((256, 256), (256, 256, 2), (MOST_WAITING, MOST_WAITING_EACH))
HEALTH = Limits((2, 2), (2, 2, 2), (64, 64))
HEALTH_PATHS = frozenset({"/healthz", "/readyz"})
BUSY = "Too many requests wait here: try again"
WEBHOOK_PATHS = ("/webhooks/", "/v1/Accounts/")


class Edge:
    """`on_slow`: called with the scope of a request whose body did not come in time. `on_start`: with the loop."""

    def __init__(
        self,
        application: Application,
        on_slow: Callable[[Scope], None] = lambda scope: None,
        operations: Operations | None = None,
        on_start: Callable[[AbstractEventLoop], None] = lambda loop: None,
    ) -> None:
        self._application = application
        self._operations = operations
        self._on_slow = on_slow
        self._on_start = on_start
        self._bodies = Bodies(BODY_LIMIT)
        self._exchanges = Exchanges()
        self._names = QueueNames()
        self._turns = Turns(ON_LOOP)
        self._threads = Threads("request", REQUESTS)
        self._health = Threads("health", HEALTH)

    def __rsgi_init__(self, loop: AbstractEventLoop) -> None:
        """The web server calls it in each worker, before the loop runs."""
        self._on_start(loop)

    async def __rsgi__(self, scope: Scope, proto: HTTPProtocol) -> None:
        try:
            if not _must_read(scope):
                await self._answer(scope, proto, b"")
            elif _is_chunked(scope):
                await self._answer(scope, proto, await self._bodies.read_chunked(proto))
            elif self._operations is not None and (plain := self._operations.plain(scope)):
                await self._answer_plain(scope, proto, self._operations, plain)
            else:
                reading: Any = proto()
                if not await self._answer(scope, proto, reading):
                    await self._answer(scope, proto, await self._bodies.wait(reading))
        except TooSlow:
            self._on_slow(scope)
            _refuse(proto, 408, "The body did not come in time: send it again, at once")
        except ProtocolClosed:
            pass

    async def _answer_plain(self, scope: Scope, proto: HTTPProtocol, operations: Operations, plain: Plain) -> None:
        body = await self._bodies.wait(proto())
        name, on_answer = self._name(scope)
        if not await self._turns.take(name):
            _refuse(proto, 503, BUSY)
            return
        try:
            answer = await operations.answer(plain, body)
        finally:
            self._turns.end(name)
        if not isinstance(answer, Answer):
            await self._answer(scope, proto, body, answer)
            return
        proto.response_bytes(*answer)
        if on_answer is not None:
            on_answer(answer.status)

    async def _answer(
        self, scope: Scope, proto: HTTPProtocol, body: bytes | Reading, begun: Begun | None = None
    ) -> bool:
        """Answers, in a thread. False: the body is not here yet, and nothing was done."""
        threads, name, on_answer = self._queue(scope)
        exchange = Exchange(self._application, self._exchanges, scope, proto, body, on_answer, begun)
        if threads.take(name, exchange):
            return await self._exchanges.wait(exchange)
        _refuse(proto, 503, BUSY)
        return True

    def _queue(self, scope: Scope) -> tuple[Threads, str, OnAnswer | None]:
        if scope.path in HEALTH_PATHS:
            return self._health, UNPROVEN, None
        return self._threads, *self._name(scope)

    def _name(self, scope: Scope) -> tuple[str, OnAnswer | None]:
        """Of the queue, and what is to be called with the status of the answer."""
        name = claimed_name(scope)
        return (name, None) if self._names.is_proven(name) else (UNPROVEN, self._names.prover(name))


def _must_read(scope: Scope) -> bool:
    """Whether the application will need the body. What it refuses by the head alone it refuses without it."""
    headers = scope.headers
    length = headers.get("content-length")
    if length is None:
        if not _is_chunked(scope):
            return False
    elif length == "0" or int(length) > BODY_LIMIT:
        return False
    return not scope.path.startswith(WEBHOOK_PATHS) or is_well_formed(headers.get("x-twilio-signature"))


def _is_chunked(scope: Scope) -> bool:
    return "transfer-encoding" in scope.headers


def _refuse(proto: HTTPProtocol, status: int, message: str) -> None:
    """In the form of the API's errors (proxy/api/errors.py), before there is any Flask request."""
    code = 20000 + status
    problem: dict[str, Any] = {
        "code": code, "message": message, "more_info": f"https://www.twilio.com/docs/errors/{code}", "status": status,
    }  # fmt: skip
    headers = [("content-type", "application/json"), ("connection", "close")]
    if status == 503:
        headers.append(("retry-after", "1"))
    proto.response_bytes(status, headers, json.dumps(problem).encode())
