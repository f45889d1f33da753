"""A WSGI application behind the edge, for a real web server: says what it got, waits, fails."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from granian.rsgi import Scope

from proxy.edge.server import Edge

#: Requests to /block wait until this file is there.
GATE = Path(os.environ.get("GATE", "gate"))
SLOW: list[str] = []
KEPT = ("REQUEST_METHOD", "PATH_INFO", "QUERY_STRING", "REMOTE_ADDR", "CONTENT_TYPE", "CONTENT_LENGTH")


def app(environ: dict[str, Any], start: Callable[..., None]) -> Iterable[bytes]:
    path = environ["PATH_INFO"]
    if path == "/fail":
        raise ValueError("a secret of the request")
    if path == "/block":
        while not GATE.exists():
            time.sleep(0.02)
    if path == "/empty":
        start("204 No Content", [])
        return []
    told = {name: value for name, value in environ.items() if name in KEPT or name.startswith("HTTP_")}
    text = json.dumps({**told, "body": len(environ["wsgi.input"].read()), "slow": SLOW}).encode()
    start("200 OK", [("content-type", "application/json"), ("content-length", str(len(text)))])
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [text]


def note(scope: Scope) -> None:
    SLOW.append(scope.path)


edge = Edge(app, note)
