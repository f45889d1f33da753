"""A customer's app that receives callbacks and events: it keeps each request, and the test chooses each answer."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl

PATIENCE_SECONDS = 20


@dataclass(frozen=True)
class AppRequest:
    """One request to the app."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True, strict_parsing=True))

    @property
    def event(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found


class Receiver:
    """`answer` returns the status for a request, or 0 to close without a response; `told` has all requests."""

    def __init__(self) -> None:
        self.told: list[AppRequest] = []
        self.answer: Callable[[AppRequest], int] = lambda told: 200
        self.location: str | None = None
        self._changed = threading.Condition()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                receiver.handle(self)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def handle(self, request: BaseHTTPRequestHandler) -> None:
        body = request.rfile.read(int(request.headers["Content-Length"]))
        told = AppRequest(request.path, {name.lower(): value for name, value in request.headers.items()}, body)
        with self._changed:
            self.told.append(told)
            self._changed.notify_all()
        status = self.answer(told)
        if status == 0:
            request.close_connection = True
            return
        request.send_response(status)
        if self.location:
            request.send_header("Location", self.location)
        request.send_header("Content-Length", "0")
        request.end_headers()

    def wait(self, ready: Callable[[list[AppRequest]], bool]) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: ready(self.told), PATIENCE_SECONDS), len(self.told)

    def at(self, path: str) -> list[AppRequest]:
        return [told for told in self.told if told.path.partition("?")[0] == path]

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
