"""One HTTP/1.1 request over one connection of its own, every step within one deadline.

The time-out of a socket is for one read: a receiver that sends a byte a second never exceeds it. So the time-out is set
again before each read and write to what is left of the deadline, and the bytes that come in are counted.
"""

from __future__ import annotations

import io
import re
import socket
import ssl
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from http.client import HTTPException, HTTPResponse, LineTooLong
from time import monotonic
from typing import TYPE_CHECKING, cast

from callbacks.http.response import FailureKind, RequestFailed, Response
from callbacks.http.urls import Target

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

MAX_HEAD_BYTES = 32_768
#: A chunk of one byte takes six bytes on the wire.
CHUNK_FACTOR = 8
#: How long to read a body that nobody needs, so that the connection does not break while the receiver writes.
LINGER_SECONDS = 0.25
AGENT = "Maskline"
NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
VALUE = re.compile(r"[\t -~\x80-\xff]*")


class Deadline:
    def __init__(self, seconds: float) -> None:
        self._end = monotonic() + seconds

    def left(self) -> float:
        left = self._end - monotonic()
        if left <= 0:
            raise RequestFailed(FailureKind.TIMEOUT)
        return left

    def shorten(self, seconds: float) -> None:
        self._end = min(self._end, monotonic() + seconds)


@contextmanager
def errors_as(kind: FailureKind) -> Iterator[None]:
    """The errors of libraries quote names and bytes; ours say only the kind."""
    try:
        yield
    except TimeoutError:
        raise RequestFailed(FailureKind.TIMEOUT) from None
    except LineTooLong:
        raise RequestFailed(FailureKind.TOO_BIG) from None
    except (OSError, HTTPException, ValueError):
        raise RequestFailed(kind) from None


def request(target: Target, headers: Mapping[str, str], body: bytes | None) -> bytes:
    """A POST; without a body a GET."""
    ours = {
        "Host": target.authority, "User-Agent": AGENT, "Accept": "*/*", "Accept-Encoding": "identity",
        "Connection": "close",
    }  # fmt: skip
    if body is not None:
        ours["Content-Length"] = str(len(body))
    reserved = {name.lower() for name in ours}
    sent = {**ours, **{name: value for name, value in headers.items() if name.lower() not in reserved}}
    if not all(NAME.fullmatch(name) and VALUE.fullmatch(value) for name, value in sent.items()):
        raise ValueError("a header has characters that a header cannot have")
    method = "GET" if body is None else "POST"
    lines = [f"{method} {target.path} HTTP/1.1", *(f"{name}: {value}" for name, value in sent.items()), "", ""]
    return "\r\n".join(lines).encode("latin-1") + (body or b"")


def connect(addresses: Sequence[str], port: int, deadline: Deadline) -> socket.socket:
    """Connects to the first address that accepts. Each gets an equal part of the time that is left, so that one that
    does not answer leaves time for the next."""
    timed_out = False
    for tried, address in enumerate(addresses):
        share = deadline.left() / (len(addresses) - tried)
        try:
            return _connected(address, port, share)
        except OSError as error:
            timed_out = isinstance(error, TimeoutError)
    raise RequestFailed(FailureKind.TIMEOUT if timed_out else FailureKind.CONNECT)


def _connected(address: str, port: int, seconds: float) -> socket.socket:
    connection = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM)
    try:
        connection.settimeout(seconds)
        connection.connect((address, port))
    except BaseException:
        connection.close()
        raise
    return connection


def secure(connection: socket.socket, context: ssl.SSLContext, host: str, deadline: Deadline) -> ssl.SSLSocket:
    """The handshake is a step of its own: wrapping a connection that was just reset would leave it without TLS."""
    with errors_as(FailureKind.TLS), ExitStack() as undo:
        undo.callback(connection.close)
        wrapped = context.wrap_socket(connection, server_hostname=host, do_handshake_on_connect=False)
        undo.callback(wrapped.close)
        wrapped.settimeout(deadline.left())
        wrapped.do_handshake()
        undo.pop_all()
        return wrapped


def send(connection: socket.socket, data: bytes, deadline: Deadline) -> None:
    with errors_as(FailureKind.BROKEN):
        while data:
            connection.settimeout(deadline.left())
            data = data[connection.send(data) :]


class _BoundedReader(io.RawIOBase):
    def __init__(self, connection: socket.socket, deadline: Deadline) -> None:
        self._connection = connection
        self._deadline = deadline
        self.room = MAX_HEAD_BYTES

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        self._connection.settimeout(self._deadline.left())
        count = self._connection.recv_into(buffer)
        self.room -= count
        if self.room < 0:
            raise RequestFailed(FailureKind.TOO_BIG)
        return count


class _ResponseSource:
    """Stands in for a socket in HTTPResponse. All heads are read through one buffer: several may come in one read."""

    def __init__(self, reader: _BoundedReader) -> None:
        self._buffer = io.BufferedReader(reader)

    def makefile(self, mode: str) -> io.BufferedReader[_BoundedReader]:
        return self._buffer


def receive(connection: socket.socket, deadline: Deadline, max_body_bytes: int, read_body: bool) -> Response:
    reader = _BoundedReader(connection, deadline)
    with errors_as(FailureKind.BROKEN):
        heads = _heads(_ResponseSource(reader))
        final = heads[-1]
        reader.room += CHUNK_FACTOR * max_body_bytes
        if read_body and not _is_encoded(final):
            kind, location = (final.getheader(name, "").strip() for name in ("Content-Type", "Location"))
            return Response(final.status, kind, _body(final, max_body_bytes), location)
        deadline.shorten(LINGER_SECONDS)
        with suppress(RequestFailed, OSError, HTTPException, ValueError):
            _body(final, max_body_bytes)
        return Response(final.status, "", b"")


def _heads(stream: _ResponseSource) -> list[HTTPResponse]:
    """The final head is the last. The interim ones (1xx) are kept: closing one would close the buffer of all."""
    heads: list[HTTPResponse] = []
    while not heads or heads[-1].status < 200:
        heads.append(HTTPResponse(cast(socket.socket, stream), method="POST"))
        heads[-1].begin()
    return heads


def _is_encoded(head: HTTPResponse) -> bool:
    content, transfer = head.getheader("Content-Encoding", "").strip(), head.getheader("Transfer-Encoding", "").strip()
    return content.lower() not in ("", "identity") or transfer.lower() not in ("", "chunked")


def _body(head: HTTPResponse, max_bytes: int) -> bytes:
    if (head.length or 0) > max_bytes:
        raise RequestFailed(FailureKind.TOO_BIG)
    body = head.read(max_bytes + 1)
    if len(body) > max_bytes:
        raise RequestFailed(FailureKind.TOO_BIG)
    if head.length:
        raise RequestFailed(FailureKind.BROKEN)
    return body
