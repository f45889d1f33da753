"""Connections that send the beginning of a request, and then a byte now and then."""

from __future__ import annotations

import selectors
import socket
import threading
import time
from base64 import b64encode

from tests.support.stack import ACCOUNT, TOKEN

FORM = b"Content-Type: application/x-www-form-urlencoded\r\n"
SIGNED = b"X-Twilio-Signature: " + b"x" * 27 + b"=\r\n"
LOGIN = f"Authorization: Basic {b64encode(f'{ACCOUNT}:{TOKEN}'.encode()).decode()}\r\n".encode()
API = b"POST /proxy/v1/Services HTTP/1.1\r\nHost: mask\r\n" + LOGIN
WEBHOOK = b"POST /webhooks/KS" + b"0" * 32 + b"/message/token HTTP/1.1\r\nHost: mask\r\n"
#: What each kind sends at first, and then again and again.
KINDS = {
    "body": (API + FORM + b"Content-Length: 60000\r\n\r\nA=", b"a"),
    "body in chunks": (API + FORM + b"Transfer-Encoding: chunked\r\n\r\n2\r\nA=\r\n", b"1\r\na\r\n"),
    "body of a webhook": (WEBHOOK + FORM + SIGNED + b"Content-Length: 60000\r\n\r\nA=", b"a"),
    "head": (API + b"X-Long: ", b"a"),
}


class SlowSenders:
    """Open from the beginning to `stop`, unless the server closes them. `answers`: what they got, b"" if closed."""

    def __init__(self, port: int, kind: str, count: int) -> None:
        first, self._more = KINDS[kind]
        self.answers: list[bytes] = []
        self._stopped = threading.Event()
        self._open = selectors.DefaultSelector()
        for _ in range(count):
            line = socket.create_connection(("127.0.0.1", port), timeout=10)
            line.sendall(first)
            self._open.register(line, selectors.EVENT_READ)
        self._thread = threading.Thread(target=self._trickle, daemon=True)
        self._thread.start()

    @property
    def open(self) -> int:
        return len(self._open.get_map() or ())

    def wait_until_closed(self, seconds: float) -> bool:
        end = time.monotonic() + seconds
        while self.open and time.monotonic() < end:
            time.sleep(0.1)
        return not self.open

    def stop(self) -> None:
        self._stopped.set()
        self._thread.join(30)
        for key in list((self._open.get_map() or {}).values()):
            self._close(key.fileobj, None)

    def _trickle(self) -> None:
        while not self._stopped.wait(0.2) and self.open:
            for key, _ in self._open.select(0):
                self._close(key.fileobj, _received(key.fileobj))
            for key in list((self._open.get_map() or {}).values()):
                try:
                    key.fileobj.send(self._more)  # type: ignore[union-attr]
                except OSError:
                    self._close(key.fileobj, _received(key.fileobj))

    def _close(self, line: object, answer: bytes | None) -> None:
        assert isinstance(line, socket.socket)
        self._open.unregister(line)
        line.close()
        if answer is not None:
            self.answers.append(answer)


def _received(line: object) -> bytes:
    assert isinstance(line, socket.socket)
    try:
        return line.recv(65536)
    except OSError:
        return b""
