"""WSGI middleware in front of REST: applies the faults that were set (refusals, delays, cut connections)."""

from __future__ import annotations

import json
import socket
import struct
import time
from collections.abc import Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from simulator.errors import CarrierError, refusal
from simulator.faults import TO_REST
from simulator.state import State

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

ROOT = "/2010-04-01/Accounts/"
REFUSALS = {"429": 20429, "500": 20500, "503": 20503}


class FaultMiddleware:
    def __init__(self, app: WSGIApplication, state: State) -> None:
        self._app, self._state = app, state

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if not path.startswith(ROOT) or not self._state.faults.rules:
            return self._app(environ, start)
        resource = [*path[len(ROOT) :].split("/"), ""][1].removesuffix(".json").lower()
        for do in TO_REST:
            rule = self._state.take_rule(do, "rest", f"rest:{resource}", method=environ["REQUEST_METHOD"])
            if rule is None:
                continue
            if do != "delay":
                return self._break(do, rule.code, environ, start)
            time.sleep(rule.ms / 1000)
        return self._app(environ, start)

    def _break(self, do: str, code: int, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        if do.startswith("accept-then-"):
            self._carry_out(environ)
            do = do.removeprefix("accept-then-")
        if do == "reset":
            _cut(environ)
        error = refusal(code or REFUSALS[do])
        return _answer(error, start)

    def _carry_out(self, environ: WSGIEnvironment) -> None:
        def ignore_start(*_: Any) -> Any:
            return lambda body: None

        body = self._app(environ, ignore_start)
        for _ in body:
            pass
        with suppress(AttributeError):
            body.close()  # type: ignore[attr-defined]


def _answer(error: CarrierError, start: StartResponse) -> Iterable[bytes]:
    body = json.dumps(error.body()).encode()
    start(f"{error.status} As Told", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]


def _cut(environ: WSGIEnvironment) -> None:
    """Send no answer: the client sees a reset connection."""
    wire: socket.socket | None = environ.get("werkzeug.socket")
    if wire is not None:
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        with suppress(OSError):
            wire.shutdown(socket.SHUT_RD)
    raise ConnectionResetError
