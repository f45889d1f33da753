"""Runs a WSGI application for a request of the web server whose body is here already."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from io import BytesIO
from typing import Any, NamedTuple

from granian.rsgi import Scope

Application = Callable[..., Iterable[bytes]]

SAME = {
    "SCRIPT_NAME": "",
    "wsgi.version": (1, 0),
    "wsgi.errors": sys.stderr,
    "wsgi.input_terminated": True,
    "wsgi.multithread": True,
    "wsgi.multiprocess": True,
    "wsgi.run_once": False,
}
WITHOUT_PREFIX = {"content-type": "CONTENT_TYPE", "content-length": "CONTENT_LENGTH"}


class Answer(NamedTuple):
    status: int
    headers: list[tuple[str, str]]
    body: bytes


def run(application: Application, environ: dict[str, Any]) -> Answer:
    began: list[tuple[str, list[tuple[str, str]]]] = []
    parts = application(environ, lambda status, headers, exc_info=None: began.append((status, headers)))
    try:
        body = b"".join(parts)
    finally:
        close = getattr(parts, "close", None)
        if close is not None:
            close()
    status, headers = began[-1]
    return Answer(int(status[:3]), headers, body)


def environ_of(scope: Scope, body: bytes) -> dict[str, Any]:
    environ = SAME.copy()
    host, _, port = scope.server.rpartition(":")
    environ |= {
        "REQUEST_METHOD": scope.method,
        # WSGI wants the bytes of the path, each as one character.
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_NAME": host,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": scope.client.rpartition(":")[0],
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": BytesIO(body),
    }
    for name, value in scope.headers.items():
        if "_" in name:
            # It would have the same key as the header with "-", which a proxy in front of us may have checked.
            continue
        key = WITHOUT_PREFIX.get(name) or _key(name)
        # A header that comes several times is one, as in RFC 9110: joined by commas.
        environ[key] = f"{environ[key]},{value}" if key in environ else value
    return environ


def _key(name: str) -> str:
    return f"HTTP_{name.upper().replace('-', '_')}"
