"""One HTTP/1.1 request over one connection, each step within what is left of a deadline.

A time-out of a socket holds for one read: who sends a byte a second would never meet it. So it is set anew before each
read and write, and what comes in is counted.
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

from callbacks.http.outcome import Answer, Kind, OutsideError
from callbacks.http.urls import Target

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

MOST_HEAD = 32_768
#: A chunk of one byte takes six.
CHUNKED = 8
#: A body that nobody needs is waited for this long, so that the receiver is not cut off while it writes.
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
            raise OutsideError(Kind.TIMEOUT)
        return left

    def shorten(self, seconds: float) -> None:
        self._end = min(self._end, monotonic() + seconds)


@contextmanager
def failing_as(kind: Kind) -> Iterator[None]:
    """Libraries' errors quote names and bytes; ours say the kind."""
    try:
        yield
    except TimeoutError:
        raise OutsideError(Kind.TIMEOUT) from None
    except LineTooLong:
        raise OutsideError(Kind.TOO_BIG) from None
    except (OSError, HTTPException, ValueError):
        raise OutsideError(kind) from None


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
    """To the first that takes it. Each has its share of the time, so that a silent one leaves some to the next."""
    timed_out = False
    for behind, address in enumerate(addresses):
        share = deadline.left() / (len(addresses) - behind)
        try:
            return _connected(address, port, share)
        except OSError as error:
            timed_out = isinstance(error, TimeoutError)
    raise OutsideError(Kind.TIMEOUT if timed_out else Kind.CONNECT)


def _connected(address: str, port: int, seconds: float) -> socket.socket:
    made = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM)
    try:
        made.settimeout(seconds)
        made.connect((address, port))
    except BaseException:
        made.close()
        raise
    return made


def secure(made: socket.socket, context: ssl.SSLContext, host: str, deadline: Deadline) -> ssl.SSLSocket:
    """The handshake on its own: wrapping a connection that was reset meanwhile would leave one that speaks in clear."""
    with failing_as(Kind.TLS), ExitStack() as undo:
        undo.callback(made.close)
        wrapped = context.wrap_socket(made, server_hostname=host, do_handshake_on_connect=False)
        undo.callback(wrapped.close)
        wrapped.settimeout(deadline.left())
        wrapped.do_handshake()
        undo.pop_all()
        return wrapped


def send(made: socket.socket, data: bytes, deadline: Deadline) -> None:
    with failing_as(Kind.BROKEN):
        while data:
            made.settimeout(deadline.left())
            data = data[made.send(data) :]


class _Incoming(io.RawIOBase):
    def __init__(self, made: socket.socket, deadline: Deadline) -> None:
        self._made = made
        self._deadline = deadline
        self.room = MOST_HEAD

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        self._made.settimeout(self._deadline.left())
        count = self._made.recv_into(buffer)
        self.room -= count
        if self.room < 0:
            raise OutsideError(Kind.TOO_BIG)
        return count


class _Stream:
    """What HTTPResponse takes for a socket. One buffer for all heads: several may have come at once."""

    def __init__(self, incoming: _Incoming) -> None:
        self._buffer = io.BufferedReader(incoming)

    def makefile(self, mode: str) -> io.BufferedReader[_Incoming]:
        return self._buffer


def receive(made: socket.socket, deadline: Deadline, most_body: int, wanted: bool) -> Answer:
    incoming = _Incoming(made, deadline)
    with failing_as(Kind.BROKEN):
        heads = _heads(_Stream(incoming))
        final = heads[-1]
        incoming.room += CHUNKED * most_body
        if wanted and not _is_encoded(final):
            kind, location = (final.getheader(name, "").strip() for name in ("Content-Type", "Location"))
            return Answer(final.status, kind, _body(final, most_body), location)
        deadline.shorten(LINGER_SECONDS)
        with suppress(OutsideError, OSError, HTTPException, ValueError):
            _body(final, most_body)
        return Answer(final.status, "", b"")


def _heads(stream: _Stream) -> list[HTTPResponse]:
    """Those before the final one are kept: the end of a response closes what the next is read from."""
    heads: list[HTTPResponse] = []
    while not heads or heads[-1].status < 200:
        heads.append(HTTPResponse(cast(socket.socket, stream), method="POST"))
        heads[-1].begin()
    return heads


def _is_encoded(head: HTTPResponse) -> bool:
    content, transfer = head.getheader("Content-Encoding", "").strip(), head.getheader("Transfer-Encoding", "").strip()
    return content.lower() not in ("", "identity") or transfer.lower() not in ("", "chunked")


def _body(head: HTTPResponse, most: int) -> bytes:
    if (head.length or 0) > most:
        raise OutsideError(Kind.TOO_BIG)
    body = head.read(most + 1)
    if len(body) > most:
        raise OutsideError(Kind.TOO_BIG)
    if head.length:
        raise OutsideError(Kind.BROKEN)
    return body
