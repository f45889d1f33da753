"""Records all output: answers, requests to the carrier, commands to the store, log lines."""

from __future__ import annotations

import io
import logging
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from tests.privacy.scenario import NUMBERS

END = "the-end-of-the-scenario"


@dataclass(frozen=True)
class Exchange:
    target: str
    request: bytes
    body: bytes
    headers: bytes
    answer: bytes


def unplaced(one: Exchange) -> bytes:
    """The body of a request to the carrier, without the recipient and the text, which the carrier must get."""
    if not one.target.startswith("POST") or not ("/Calls.json" in one.target or "/Messages.json" in one.target):
        return one.body
    form = parse_qs(one.body.decode())
    assert form.pop("To")[0] in NUMBERS
    form.pop("Body", None)
    return urlencode(form, doseq=True).encode()


class Tap:
    """Wraps a WSGI application and records every request and its answer as sent over the network."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self.seen: list[Exchange] = []

    def __call__(self, environ: dict[str, Any], start: Any) -> Any:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = io.BytesIO(body)
        told: list[Any] = []

        def note(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            told.extend((status, headers))
            return start(status, headers, *rest)

        answer = b"".join(self.app(environ, note))
        target = f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}?{environ.get('QUERY_STRING', '')}"
        sent = "\n".join(f"{name}: {value}" for name, value in environ.items() if name.startswith("HTTP_"))
        self.seen.append(Exchange(target, sent.encode(), body, repr(told).encode(), answer))
        return [answer]


class Log(logging.Handler):
    """Records all log lines from DEBUG on, with their arguments and tracebacks."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        #: The port of Maskline's own address, to which the test itself sends requests.
        self.skipped_port = 0
        self.text = ""
        self.names: set[str] = set()

    def emit(self, record: logging.LogRecord) -> None:
        # This is the test's HTTP server. The web process writes no access log, see test_web_process.py.
        if record.name == "werkzeug":
            return
        if record.name.startswith("urllib3") and self._is_the_tests(record.args or ()):
            return
        self.names.add(record.name)
        self.text += f"{self.format(record)}\n{record.args!r}{vars(record).get('facts')!r}\n"

    def _is_the_tests(self, told: Any) -> bool:
        """Whether urllib3 logged a request of the test itself: to Maskline or to the simulated phones."""
        return self.skipped_port in told or any(str(each).startswith("/sim/") for each in told)


@contextmanager
def logging_at_debug() -> Iterator[Log]:
    handler, root = Log(), logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        yield handler
    finally:
        root.removeHandler(handler)
        root.setLevel(level)


class Monitor:
    """Records every command that the store receives."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._line = socket.create_connection((str(parts.hostname), int(parts.port or 0)), timeout=60)
        self._line.sendall(b"MONITOR\r\n")
        self.text = self._line.recv(5)
        assert self.text == b"+OK\r\n"
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        found = [self.text]
        while END.encode() not in b"".join(found[-2:]):
            found.append(self._line.recv(1 << 16))
        self.text = b"".join(found)

    def end(self, client: Any) -> bytes:
        client.echo(END)
        self._thread.join(60)
        self._line.close()
        return self.text
