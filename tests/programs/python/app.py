"""The user's own HTTP server: the requests that it gets, and its answers."""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

XML, HTML = "text/xml", "text/html; charset=utf-8"


class Told(NamedTuple):
    path: str
    form: dict[str, str]
    signature: str


class Answer(NamedTuple):
    status: int
    text: str = ""
    kind: str = HTML


Handle = Callable[[Told], Answer | int | None]


class App:
    """`routes`: a function for each path; None means 200. If it raises, the answer is 500 and the program fails.

    `told` lists each request after it was handled.
    """

    def __init__(self, **routes: Handle) -> None:
        self.routes = {f"/{name}": handle for name, handle in routes.items()}
        self.told: list[Told] = []
        self.errors: list[Exception] = []
        app = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                app._handle(self)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True

    def __enter__(self) -> App:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *error: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        assert not self.errors, self.errors

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}{path}"

    def at(self, path: str) -> list[dict[str, str]]:
        """The forms that this path has received."""
        return [told.form for told in list(self.told) if told.path == path]

    def _handle(self, request: BaseHTTPRequestHandler) -> None:
        body = request.rfile.read(int(request.headers["Content-Length"] or 0)).decode()
        form = dict(parse_qsl(body, keep_blank_values=True, strict_parsing=True))
        told = Told(urlsplit(request.path).path, form, request.headers["X-Twilio-Signature"] or "")
        answer = self._answer(told)
        self.told.append(told)
        request.send_response(answer.status)
        request.send_header("Content-Type", answer.kind)
        request.send_header("Content-Length", str(len(answer.text.encode())))
        request.end_headers()
        request.wfile.write(answer.text.encode())

    def _answer(self, told: Told) -> Answer:
        try:
            found = self.routes[told.path](told)
        except Exception as error:
            traceback.print_exc()
            self.errors.append(error)
            return Answer(500)
        return found if isinstance(found, Answer) else Answer(found or 200)
