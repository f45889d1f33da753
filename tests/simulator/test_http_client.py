"""The HTTP client reuses a good connection, never one with unread bytes on it, and tells failures apart."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import suppress

import pytest

from simulator.http_client import BadUrl, HttpClient, Limits, NoAnswer, NoConnection

OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: 2\r\n\r\nok"


class Scripted:
    """A server that answers each request with the next scripted bytes; None hangs up. Counts its connections."""

    def __init__(self, *said: bytes | None, hang_up_after_first: threading.Event | None = None) -> None:
        self.said, self.connections, self.heard = list(said), 0, b""
        self._hang_up = hang_up_after_first
        self._server = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._server.getsockname()[1]}/"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with self._server:
            while self.said:
                connection, _ = self._server.accept()
                self.connections += 1
                with connection, suppress(OSError):
                    self._answer(connection)
                if self._hang_up is not None:
                    self._hang_up.set()

    def _answer(self, connection: socket.socket) -> None:
        while self.said and (heard := _request(connection)):
            self.heard += heard
            said = self.said.pop(0)
            if said is None:
                return
            connection.sendall(said)
            if self._hang_up is not None and self.connections == 1:
                return


def _request(connection: socket.socket) -> bytes:
    """Reads one whole request: its head and its body may arrive separately."""
    heard = b""
    while not heard.endswith(b"a=b") and (more := connection.recv(65536)):
        heard += more
    return heard


@pytest.fixture
def wire():
    found = HttpClient()
    yield found
    found.close()


def limits(seconds: float = 5) -> Limits:
    return Limits(seconds, seconds, time.monotonic() + seconds, 64 * 1024)


def ask(wire: HttpClient, url: str, seconds: float = 5) -> tuple[int, bytes]:
    reply = wire.send("POST", url, b"a=b", {}, limits(seconds))
    return reply.status, reply.body


def test_a_connection_is_kept(wire):
    server = Scripted(OK, OK, b"HTTP/1.1 204 No Content\r\n\r\n", OK)
    assert [ask(wire, server.url) for _ in range(4)] == [(200, b"ok"), (200, b"ok"), (204, b""), (200, b"ok")]
    assert server.connections == 1


def test_chunks_are_put_together(wire):
    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n"
    server = Scripted(chunked, OK)
    assert [ask(wire, server.url), ask(wire, server.url)] == [(200, b"abc"), (200, b"ok")]
    assert server.connections == 1


def test_a_connection_that_the_other_side_closed_is_not_used(wire):
    closing = threading.Event()
    server = Scripted(OK, OK, hang_up_after_first=closing)
    assert ask(wire, server.url) == (200, b"ok")
    assert closing.wait(5)
    assert ask(wire, server.url) == (200, b"ok")
    assert server.connections == 2


def test_too_long_an_answer_ends_the_connection(wire):
    long = b"HTTP/1.1 200 OK\r\nContent-Length: 200000\r\n\r\n" + b"x" * 200_000
    server = Scripted(long, OK)
    assert len(ask(wire, server.url)[1]) > 64 * 1024
    assert ask(wire, server.url) == (200, b"ok")
    assert server.connections == 2


@pytest.mark.parametrize("said", [None, b"HTTP/1.1 200 OK\r\n", b"nonsense\r\n\r\n", OK[:-1]])
def test_no_answer_is_not_a_failed_connection(wire, said):
    server = Scripted(said, None)
    with pytest.raises(NoAnswer):
        ask(wire, server.url, 0.2)


def test_no_connection(wire):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    for url in (f"http://127.0.0.1:{port}/", f"https://127.0.0.1:{port}/", "http://name.invalid/"):
        with pytest.raises(NoConnection):
            ask(wire, url)


@pytest.mark.parametrize("url", ["", "/path", "ftp://x/", "http://", "http://[", "http://x:70000/", "http://x:y/"])
def test_what_is_no_url(wire, url):
    with pytest.raises(BadUrl):
        ask(wire, url)


def test_credentials_and_odd_characters_of_a_url(wire):
    server = Scripted(OK)
    ask(wire, server.url.replace("//", "//user:p%40ss@") + "a b/é?q=%2B+1")
    assert server.heard.startswith(b"POST /a%20b/%C3%A9?q=%2B+1 HTTP/1.1\r\n")
    assert b"Authorization: Basic dXNlcjpwQHNz\r\n" in server.heard
