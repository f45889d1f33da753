"""The product's edge in a test's process: webhooks and new Sessions take the way that they take behind the web server.

The objects of the web server's interface (RSGI) are replaced here; tests/proxy/test_web_server.py runs the real server.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from werkzeug.datastructures import Headers
from werkzeug.http import HTTP_STATUS_CODES

from common.runtime import Runtime
from proxy.edge.operations import Operations
from proxy.edge.server import Edge

SECONDS = 120.0


class TestEdge:
    """A WSGI application. `on_loop`: whether plain webhooks are answered on the event loop; else Flask answers all.

    `flask_paths`: of the requests that Flask has answered.
    """

    __test__ = False

    def __init__(self, app: Flask, runtime: Runtime) -> None:
        self.on_loop = True
        self.flask_paths: list[str] = []
        self._flask = app
        self._loop = asyncio.new_event_loop()
        self._edge = Edge(self._app, operations=Operations(runtime))
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def _app(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        self.flask_paths.append(environ["PATH_INFO"])
        return self._flask(environ, start_response)

    def flask_answers(self, beginning: str = "/") -> int:
        """How many requests for such paths Flask has answered."""
        return sum(path.startswith(beginning) for path in self.flask_paths)

    @contextmanager
    def by_flask(self) -> Iterator[None]:
        self.on_loop = False
        try:
            yield
        finally:
            self.on_loop = True

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if not self.on_loop or not _has_plain_requests(environ):
            return self._flask(environ, start_response)
        proto: Any = _Proto(environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)), self._loop)
        scope: Any = _Scope(environ)
        done = asyncio.run_coroutine_threadsafe(self._edge.__rsgi__(scope, proto), self._loop)
        done.add_done_callback(lambda _: proto.answered.set() if done.exception() else None)
        assert proto.answered.wait(SECONDS), "no answer"
        status, headers, body = proto.answer or (500, [], b"")
        others = [each for each in headers if each[0].lower() != "content-length"]
        start_response(f"{status} {HTTP_STATUS_CODES[status]}", [*others, ("Content-Length", str(len(body)))])
        return [body]

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(SECONDS)


def _has_plain_requests(environ: dict[str, Any]) -> bool:
    path: str = environ["PATH_INFO"]
    return path.startswith("/webhooks/") or (environ["REQUEST_METHOD"] == "POST" and path.endswith("/Sessions"))


class _Headers(Headers):
    def get_all(self, name: str) -> list[str]:
        return self.getlist(name)


class _Scope:
    def __init__(self, environ: dict[str, Any]) -> None:
        self.method, self.query_string = environ["REQUEST_METHOD"], environ.get("QUERY_STRING", "")
        self.path = environ["PATH_INFO"].encode("latin-1").decode(errors="replace")
        self.scheme, self.http_version = "http", "1.1"
        self.client = f"{environ['REMOTE_ADDR']}:{environ.get('REMOTE_PORT', 1)}"
        self.server = f"{environ['SERVER_NAME']}:{environ['SERVER_PORT']}"
        names = {name: name.removeprefix("HTTP_") for name in environ if name.startswith(("HTTP_", "CONTENT_"))}
        given = [(name.replace("_", "-").lower(), environ[key]) for key, name in names.items() if environ[key] != ""]
        self.headers = _Headers(given)


class _Proto:
    def __init__(self, body: bytes, loop: asyncio.AbstractEventLoop) -> None:
        self.answered = threading.Event()
        self.answer: tuple[int, list[tuple[str, str]], bytes] | None = None
        self._body, self._loop = body, loop

    def __call__(self) -> asyncio.Future[bytes]:
        future = self._loop.create_future()
        future.set_result(self._body)
        return future

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.answer = (status, headers, body)
        self.answered.set()
