"""A customer's server that behaves as a test wants: a real listener, one thread for each connection."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from threading import Event, Thread

Behave = Callable[["Connection"], None]


class Connection:
    """What a behaviour can do with one connection."""

    def __init__(self, made: socket.socket, receiver: Receiver) -> None:
        self.made = made
        self.receiver = receiver

    def read(self) -> bytes:
        """Reads the whole request and returns its body; empty if no request came."""
        data = b""
        while b"\r\n\r\n" not in data:
            more = self.made.recv(65_536)
            if not more:
                return b""
            data += more
        head, _, body = data.partition(b"\r\n\r\n")
        length = next(int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
        while len(body) < length:
            body += self.made.recv(65_536)
        self.receiver.requests.append(head + b"\r\n\r\n" + body)
        return body

    def write(self, data: bytes) -> None:
        self.made.sendall(data)

    def trickle(self, data: bytes) -> None:
        """Sends one byte at a time: longer than each deadline of a test, but not for ever."""
        for index in range(len(data)):
            self.write(data[index : index + 1])
            self.receiver.trickled += 1
            self.receiver.stopped.wait(0.01)

    def sip(self) -> None:
        """Reads slowly everything that comes, up to the word `end`, and then answers 200."""
        tail = b""
        while tail != b"end":
            data = self.made.recv(65_536)
            if not data:
                self.receiver.cut.set()
                return
            tail = (tail + data)[-3:]
            self.receiver.stopped.wait(0.01)
        self.write(b"HTTP/1.1 200 OK\r\n\r\n")

    def wait_for_the_end(self) -> None:
        while self.made.recv(65_536):
            pass


class Receiver:
    """`cut` is set when the other side closed the connection before the behaviour was finished."""

    def __init__(self, behave: Behave, context: ssl.SSLContext | None = None, host: str = "127.0.0.1") -> None:
        self._behave = behave
        self._context = context
        self.requests: list[bytes] = []
        self.connections = 0
        self.trickled = 0
        self.cut, self.stopped = Event(), Event()
        self._listener = socket.create_server(
            (host, 0), family=socket.AF_INET6 if ":" in host else socket.AF_INET, backlog=64
        )
        self.port: int = self._listener.getsockname()[1]
        Thread(target=self._accept, daemon=True).start()

    def stop(self) -> None:
        self.stopped.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        while not self.stopped.is_set():
            try:
                made, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            Thread(target=self._serve, args=(made,), daemon=True).start()

    def _serve(self, made: socket.socket) -> None:
        try:
            if self._context:
                made = self._context.wrap_socket(made, server_side=True)
            self._behave(Connection(made, self))
        except OSError:
            self.cut.set()
        finally:
            made.close()


def answering(status: str = "200 OK", body: bytes = b"", *headers: str) -> Behave:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""]
    return saying("\r\n".join(lines).encode() + body)


def saying(data: bytes) -> Behave:
    def behave(connection: Connection) -> None:
        connection.read()
        connection.write(data)

    return behave


def trickling(head: bytes, data: bytes) -> Behave:
    def behave(connection: Connection) -> None:
        connection.read()
        connection.write(head)
        connection.trickle(data)

    return behave


def repeating(head: bytes, piece: bytes, times: int = 100_000) -> Behave:
    def behave(connection: Connection) -> None:
        connection.read()
        connection.write(head)
        for _ in range(times):
            connection.write(piece)

    return behave
