"""HTTP client with keep-alive connections. It separates two failures for the retry policy: no connection, no answer."""

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
    """The URL is not a usable HTTP URL."""


class NoConnection(Exception):
    """Refused, unknown host, timed out, or a certificate that is not trusted."""


class NoAnswer(Exception):
    """Connected, but there was no complete answer in time."""


@dataclass(frozen=True)
class Limits:
    """Seconds to connect, seconds between two reads, the monotonic time of the deadline, and the size in bytes."""

    connect: float
    read: float
    deadline: float
    size: int


@dataclass(frozen=True)
class Reply:
    status: int
    content_type: str
    body: bytes


class HttpClient:
    def __init__(self) -> None:
        self._idle: dict[tuple[str, str], list[HTTPConnection]] = {}
        self._lock = Lock()

    def send(self, method: str, url: str, body: bytes | None, headers: Mapping[str, str], limits: Limits) -> Reply:
        parts, target = _split(url)
        origin = (parts.scheme, parts.netloc)
        connection = self._take_idle(origin) or self._connect(parts, limits.connect)
        try:
            connection.sock.settimeout(limits.read)
            connection.request(method, target, body, {**headers, **_credentials(parts)})
            response = connection.getresponse()
            reply = Reply(response.status, response.headers.get("Content-Type", ""), _read(response, limits))
        except (OSError, HTTPException) as error:
            connection.close()
            raise NoAnswer from error
        self._keep_or_close(origin, connection, response)
        return reply

    def close(self) -> None:
        with self._lock:
            for connection in (one for idle in self._idle.values() for one in idle):
                connection.close()
            self._idle.clear()

    def _connect(self, parts: SplitResult, timeout: float) -> HTTPConnection:
        host, port = parts.hostname or "", parts.port
        if parts.scheme == "https":
            connection: HTTPConnection = HTTPSConnection(host, port, timeout=timeout, context=_tls())
        else:
            connection = HTTPConnection(host, port, timeout=timeout)
        try:
            connection.connect()
        except (OSError, UnicodeError) as error:
            connection.close()
            raise NoConnection from error
        return connection

    def _take_idle(self, origin: tuple[str, str]) -> HTTPConnection | None:
        with self._lock:
            idle = self._idle.get(origin, [])
            while idle:
                connection = idle.pop()
                if not _is_stale(connection):
                    return connection
                connection.close()
        return None

    def _keep_or_close(self, origin: tuple[str, str], connection: HTTPConnection, response: HTTPResponse) -> None:
        # Keep a connection only if its answer was read completely: the rest would be read as the next answer.
        complete = response.isclosed() or response.length == 0
        response.close()
        with self._lock:
            idle = self._idle.setdefault(origin, [])
            if complete and connection.sock is not None and len(idle) < KEPT_PER_HOST:
                idle.append(connection)
                return
        connection.close()


@cache
def _tls() -> ssl.SSLContext:
    # Cached: loading all root certificates takes longer than starting the carrier.
    return ssl.create_default_context()


def _is_stale(connection: HTTPConnection) -> bool:
    """An idle connection sends nothing; if it is readable, the other side has closed it."""
    watch = select.poll()
    watch.register(connection.sock, select.POLLIN)
    return bool(watch.poll(0))


def _read(response: HTTPResponse, limits: Limits) -> bytes:
    """Read until the deadline, even from a slow sender; at most one chunk above the size limit."""
    body = b""
    while len(body) <= limits.size and (chunk := response.read1(CHUNK)):
        body += chunk
        if time.monotonic() > limits.deadline:
            raise TimeoutError
    return body


def _split(url: str) -> tuple[SplitResult, str]:
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError as error:
        raise BadUrl from error
    if not usable:
        raise BadUrl
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return parts, quote(target, safe="%/:?#[]@!$&'()*+,;=~-._|")


def _credentials(parts: SplitResult) -> dict[str, str]:
    if parts.username is None:
        return {}
    pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
    return {"Authorization": "Basic " + base64.b64encode(pair.encode()).decode()}
