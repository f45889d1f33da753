"""The store for an event loop: one connection, on which the commands of all requests follow each other.

Commands of the same turn of the loop are sent together, so the store reads them, writes their changes to the disk and
answers them together. That costs both sides much less than a connection for each thread.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Sequence
from typing import Any, NamedTuple

import hiredis
import redis
import redis.asyncio
from redis._parsers.base import BaseParser

from storage import compact_json, library
from storage.servers import SOCKET_TIMEOUT_SECONDS
from storage.store import (
    Store,
    StoreUnavailable,
    is_unknown_function,
    why_refused,
    why_unavailable,
)

#: How often it is looked whether the oldest command has its answer.
LOOK_SECONDS = 0.1


class Pipelined:
    """One for each event loop; beside `store`, with the same functions and errors."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._line: _Line | None = None
        self._opening = asyncio.Lock()

    async def run(self, script: str, key: str, args: dict[str, Any]) -> Any:
        """As Store.run. Raises StoreUnavailable."""
        words = ("FCALL", library.registered(script), 1, key, self._store.arguments(args))
        try:
            reply = await self.command(words)
        except redis.ResponseError as error:
            if not is_unknown_function(error):
                raise
            await asyncio.get_running_loop().run_in_executor(None, self._store.load)
            reply = await self.command(words)
        return compact_json.loads(reply)

    async def command(self, words: Sequence[str | int]) -> Any:
        """As Store.command: a command that may be repeated. Raises StoreUnavailable."""
        try:
            try:
                return await self._send(words)
            except redis.TimeoutError:
                raise
            except redis.ConnectionError:
                return await self._send(words)
        except redis.RedisError as error:
            if why_refused(error) and self._line is not None:
                # After a failover the same address may lead to another server.
                self._line.close()
            why = why_unavailable(error)
            if why is None:
                raise
            raise StoreUnavailable(why) from error

    async def _send(self, words: Sequence[str | int]) -> Any:
        line = self._line
        if line is None or line.is_closed:
            line = await self._open()
        return await line.send(words)

    async def _open(self) -> _Line:
        async with self._opening:
            if self._line is None or self._line.is_closed:
                self._line = await _Line.open(self._store.url)
            return self._line


class _Sent(NamedTuple):
    answer: asyncio.Future[Any]
    #: By the loop's clock.
    at: float


class _Line(asyncio.Protocol):
    """One connection. Answers come in the order of the commands."""

    def __init__(self, connection: redis.asyncio.Connection, transport: asyncio.Transport) -> None:
        #: Kept: it would close the transport when it is forgotten.
        self._connection = connection
        self._transport = transport
        self._loop = asyncio.get_running_loop()
        self._reader = hiredis.Reader(replyError=BaseParser.parse_error)
        self._sent: deque[_Sent] = deque()
        self._unsent: list[bytes] = []
        self._watch: asyncio.TimerHandle | None = None
        self.is_closed = False
        transport.set_protocol(self)

    @classmethod
    async def open(cls, url: str) -> _Line:
        """redis-py opens it: address, TLS, user and password, database. Raises redis.ConnectionError, TimeoutError."""
        made = redis.asyncio.Redis.from_url(
            url, protocol=2, socket_timeout=SOCKET_TIMEOUT_SECONDS, socket_connect_timeout=1.0
        )
        connection = made.connection_pool.make_connection()  # type: ignore[no-untyped-call]
        await connection.connect_check_health(check_health=False, retry_socket_connect=False)
        return cls(connection, connection._writer.transport)

    def send(self, words: Sequence[str | int]) -> Awaitable[Any]:
        answer = self._loop.create_future()
        self._sent.append(_Sent(answer, self._loop.time()))
        if not self._unsent:
            self._loop.call_soon(self._flush)
        self._unsent.append(hiredis.pack_command(tuple(words)))  # type: ignore[arg-type]
        if self._watch is None:
            self._watch = self._loop.call_later(LOOK_SECONDS, self._look)
        return answer

    def close(self) -> None:
        """The commands that have no answer yet fail."""
        self.is_closed = True
        self._transport.abort()

    def _flush(self) -> None:
        self._transport.write(b"".join(self._unsent))
        self._unsent.clear()

    def _look(self) -> None:
        self._watch = None
        if not self._sent:
            return
        if self._loop.time() - self._sent[0].at > SOCKET_TIMEOUT_SECONDS:
            self._fail(redis.TimeoutError("no answer in time"))
            self.close()
        else:
            self._watch = self._loop.call_later(LOOK_SECONDS, self._look)

    def data_received(self, data: bytes) -> None:
        self._reader.feed(data)
        # hiredis says False if there is no whole answer yet: RESP 2 has no booleans.
        while (reply := self._reader.gets()) is not False:
            if not self._sent:
                # What nobody has asked for.
                self.close()
                return
            answer = self._sent.popleft().answer
            if answer.done():
                continue
            if isinstance(reply, redis.RedisError):
                answer.set_exception(reply)
            else:
                answer.set_result(reply)

    def connection_lost(self, exc: Exception | None) -> None:
        self.is_closed = True
        self._fail(redis.ConnectionError("the connection was lost"))

    def _fail(self, error: redis.RedisError) -> None:
        while self._sent:
            answer = self._sent.popleft().answer
            if not answer.done():
                answer.set_exception(error)
