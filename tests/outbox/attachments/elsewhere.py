"""A server to which the carrier redirects, or which an attacker wants us to ask: it records requests and answers."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

#: The function writes the answer itself and returns None, or returns status, headers and body.
Answer = tuple[int, dict[str, str], bytes]
Behave = Callable[["Handler"], Answer | None]


@dataclass
class Elsewhere:
    url: str = ""
    asked: list[dict[str, str]] = field(default_factory=list)
    behave: Behave = lambda handler: (200, {"Content-Type": "image/jpeg"}, b"")
    over: threading.Event = field(default_factory=threading.Event)


class Handler(BaseHTTPRequestHandler):
    place: Elsewhere

    def do_GET(self) -> None:
        self.place.asked.append({"path": self.path, **dict(self.headers)})
        answer = self.place.behave(self)
        if answer is None:
            return
        status, headers, body = answer
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        pass


@contextmanager
def elsewhere() -> Iterator[Elsewhere]:
    place = Elsewhere()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (Handler,), {"place": place}))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    place.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield place
    finally:
        place.over.set()
        server.shutdown()
        server.server_close()
