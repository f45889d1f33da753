"""A customer's app that answers our questions: it keeps each request, and the test chooses each answer."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl

PATIENCE_SECONDS = 30
#: How the app answers: a status, or a status and a body, or a status, a body and headers.
Reply = int | tuple[int, str | bytes] | tuple[int, str | bytes, dict[str, str]]


@dataclass(frozen=True)
class Asked:
    """One request to the app. `form` is the parsed body, as a web framework would give it."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def pairs(self) -> list[tuple[str, str]]:
        return parse_qsl(self.body.decode(), keep_blank_values=True, strict_parsing=True)

    @property
    def form(self) -> dict[str, str]:
        found = dict(self.pairs)
        assert len(found) == len(self.pairs)
        return found


class App:
    """`answer` runs in the request's own thread. If it raises an error, the test fails when the app is stopped."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.wrong: list[BaseException] = []
        self.answer: Callable[[Asked], Reply] = lambda asked: 200
        self._changed = threading.Condition()
        app = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                app.handle(self)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 64

            def handle_error(self, request: Any, client_address: Any) -> None:
                """Ignores errors: the client may have closed the connection."""

        self._server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def handle(self, request: BaseHTTPRequestHandler) -> None:
        body = request.rfile.read(int(request.headers["Content-Length"]))
        asked = Asked(request.path, {name.lower(): value for name, value in request.headers.items()}, body)
        with self._changed:
            self.asked.append(asked)
            self._changed.notify_all()
        self._send(request, self._reply(asked))

    def _reply(self, asked: Asked) -> Reply:
        try:
            return self.answer(asked)
        except BaseException as error:
            self.wrong.append(error)
            return 200

    @staticmethod
    def _send(request: BaseHTTPRequestHandler, reply: Reply) -> None:
        status, text, headers = (*((reply,) if isinstance(reply, int) else reply), "", {})[:3]
        data = text.encode() if isinstance(text, str) else text
        request.send_response(status)
        for name, value in (headers or {}).items() if isinstance(headers, dict) else ():
            request.send_header(name, value)
        request.send_header("Content-Length", str(len(data)))
        request.end_headers()
        request.wfile.write(data)

    def wait(self, count: int) -> None:
        """Waits until the app has had `count` requests."""
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.asked) >= count, PATIENCE_SECONDS), len(self.asked)

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        if self.wrong:
            raise self.wrong[0]


class HeldAnswer:
    """Holds back an answer until the test calls `open`."""

    def __init__(self, reply: Reply = 200) -> None:
        self.reply = reply
        self._open = threading.Event()

    def __call__(self, asked: Asked) -> Reply:
        assert self._open.wait(PATIENCE_SECONDS)
        return self.reply

    def open(self) -> None:
        self._open.set()
