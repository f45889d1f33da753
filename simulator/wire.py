"""HTTP out, on kept connections. Tells apart what a retry policy does: no connection, and no answer on one."""

from __future__ import annotations

import base64
import select
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from threading import Lock
from urllib.parse import SplitResult, quote, unquote, urlsplit

KEPT_PER_HOST = 64
CHUNK = 16 * 1024


class BadUrl(Exception):
    """Nothing that can be asked."""


class NotConnected(Exception):
    """Refused, unknown, too slow to accept, or not to be trusted."""


class NotAnswered(Exception):
    """Connected, and then nothing, too little or too late."""


@dataclass(frozen=True)
class Limits:
    """Seconds to connect and between two reads; the moment when all is over; bytes that are read at most."""

    connect: float
    read: float
    deadline: float
    size: int


@dataclass(frozen=True)
class Reply:
    status: int
    content_type: str
    body: bytes


class Wire:
    def __init__(self) -> None:
        self._idle: dict[tuple[str, str], list[HTTPConnection]] = {}
        self._lock = Lock()

    def send(self, method: str, url: str, body: bytes | None, headers: Mapping[str, str], limits: Limits) -> Reply:
        where, target = _split(url)
        origin = (where.scheme, where.netloc)
        connection = self._take(origin) or self._connect(where, limits.connect)
        try:
            connection.sock.settimeout(limits.read)
            connection.request(method, target, body, {**headers, **_credentials(where)})
            response = connection.getresponse()
            reply = Reply(response.status, response.headers.get("Content-Type", ""), _read(response, limits))
        except (OSError, HTTPException) as error:
            connection.close()
            raise NotAnswered from error
        self._give(origin, connection, response)
        return reply

    def close(self) -> None:
        with self._lock:
            for connection in (one for kept in self._idle.values() for one in kept):
                connection.close()
            self._idle.clear()

    def _connect(self, where: SplitResult, timeout: float) -> HTTPConnection:
        host, port = where.hostname or "", where.port
        if where.scheme == "https":
            connection: HTTPConnection = HTTPSConnection(host, port, timeout=timeout, context=_tls())
        else:
            connection = HTTPConnection(host, port, timeout=timeout)
        try:
            connection.connect()
        except (OSError, UnicodeError) as error:
            connection.close()
            raise NotConnected from error
        return connection

    def _take(self, origin: tuple[str, str]) -> HTTPConnection | None:
        with self._lock:
            kept = self._idle.get(origin, [])
            while kept:
                connection = kept.pop()
                if not _is_stale(connection):
                    return connection
                connection.close()
        return None

    def _give(self, origin: tuple[str, str], connection: HTTPConnection, response: HTTPResponse) -> None:
        # Read to its last byte, or what is left would be taken for the start of the next answer.
        whole = response.isclosed() or response.length == 0
        response.close()
        with self._lock:
            kept = self._idle.setdefault(origin, [])
            if whole and connection.sock is not None and len(kept) < KEPT_PER_HOST:
                kept.append(connection)
                return
        connection.close()


@cache
def _tls() -> ssl.SSLContext:
    # Reading all the root certificates takes longer than starting the carrier.
    return ssl.create_default_context()


def _is_stale(connection: HTTPConnection) -> bool:
    """An idle connection has nothing to say; if it can be read, the other side has closed it."""
    watch = select.poll()
    watch.register(connection.sock, select.POLLIN)
    return bool(watch.poll(0))


def _read(response: HTTPResponse, limits: Limits) -> bytes:
    """Not past the deadline, however slowly it drips; at most a chunk more than is allowed."""
    body = b""
    while len(body) <= limits.size and (chunk := response.read1(CHUNK)):
        body += chunk
        if time.monotonic() > limits.deadline:
            raise TimeoutError
    return body


def _split(url: str) -> tuple[SplitResult, str]:
    try:
        where = urlsplit(url)
        usable = where.scheme in ("http", "https") and bool(where.hostname) and where.port != 0
    except ValueError as error:
        raise BadUrl from error
    if not usable:
        raise BadUrl
    target = (where.path or "/") + (f"?{where.query}" if where.query else "")
    return where, quote(target, safe="%/:?#[]@!$&'()*+,;=~-._|")


def _credentials(where: SplitResult) -> dict[str, str]:
    if where.username is None:
        return {}
    pair = f"{unquote(where.username)}:{unquote(where.password or '')}"
    return {"Authorization": "Basic " + base64.b64encode(pair.encode()).decode()}
