"""A carrier whose REST API fails when a test says so, or answers what the simulator cannot."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from tests.support.stack import Stack

#: method and path -> what to do: None as ever, "before" and "after" 500 (after: the act itself is done), or a body.
Plan = Callable[[str, str], str | dict[str, Any] | None]
Environ = dict[str, Any]


class FaultyCarrier:
    def __init__(self, app: Any, plan: Plan) -> None:
        self.app, self.plan = app, plan

    def __call__(self, environ: Environ, start: Any) -> Any:
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        what = self.plan(method, path)
        if what is None:
            return self.app(environ, start)
        if what == "after":
            list(self.app(environ, lambda *_: lambda _: None))
        body = what if isinstance(what, dict) else {"code": 20500, "message": "Internal Server Error", "status": 500}
        # An error says its status; a number has one too, which is a word.
        status = body.get("status") if isinstance(body.get("status"), int) else 200
        start(f"{status} As Planned", [("Content-Type", "application/json")])
        return [json.dumps(body).encode()]


@contextmanager
def carrier_with(stack: Stack, plan: Plan) -> Iterator[FaultyCarrier]:
    server = stack.carrier._server
    whole = server.app
    server.app = found = FaultyCarrier(whole, plan)
    try:
        yield found
    finally:
        server.app = whole


def changes(*hows: str | None, then: str | None = None) -> Plan:
    """What becomes of each change of a number in turn, and of all behind them."""
    coming = iter(hows)

    def plan(method: str, path: str) -> str | None:
        return next(coming, then) if method == "POST" and "/IncomingPhoneNumbers/" in path else None

    return plan
