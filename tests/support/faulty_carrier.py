"""A carrier whose REST API fails when a test says so, or gives answers that the simulator cannot give."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from tests.support.stack import Stack

#: Method and path -> what to do: None: as usual; "before", "after": answer 500 before or after the act; or a body.
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
        # The body of an error has its status, an integer. A number's body has a status too, but that is a word.
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
    """A plan for changes of numbers: `hows` says what happens to each change in turn, `then` to all later ones."""
    coming = iter(hows)

    def plan(method: str, path: str) -> str | None:
        return next(coming, then) if method == "POST" and "/IncomingPhoneNumbers/" in path else None

    return plan
