"""A request to the API as its checks need it, without Flask, and what they note for the headers of its answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import cast

from flask import g, request

from common.client_address import ClientAddress
from common.runtime import Runtime
from common.steps import Steps, finish
from proxy.api.unknown_fields import Ignored
from proxy.context import BEGUN, runtime
from proxy.security import client_of
from services.accounts import Principal
from services.api_limits import Allowance

READ_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(slots=True, repr=False)
class ApiCall:
    """`endpoint`: Flask's name of what is called. `peer`: who opened the connection. `forwarded`: all X-Forwarded-For
    headers, joined by commas.

    `steps`: the whole answer, if the event loop has begun it: then all checks were made or are in these steps.
    `principal`, `allowance`: None until they are known.
    """

    method: str
    endpoint: str
    authorization: str | None
    peer: str
    forwarded: str
    ignored: Ignored
    steps: Steps[bytes] | None = None
    principal: Principal | None = field(default=None, init=False)
    allowance: Allowance | None = field(default=None, init=False)

    @property
    def reads(self) -> bool:
        return self.method in READ_METHODS

    @property
    def account_sid(self) -> str:
        """After authentication."""
        return cast(Principal, self.principal).account_sid

    def client(self, rt: Runtime) -> ClientAddress:
        return client_of(rt, self.peer, self.forwarded)


#: Raises Refused, StoreUnavailable.
Check = Callable[[Runtime, ApiCall], Steps[None]]


def current() -> ApiCall:
    """Flask's request."""
    call: ApiCall | None = g.get("api_call")
    if call is None:
        g.api_call = call = request.environ.get(BEGUN) or _of_flask()
    return call


def _of_flask() -> ApiCall:
    route = request.url_rule.rule if request.url_rule else ""
    return ApiCall(
        request.method, request.endpoint or "", request.headers.get("Authorization"),
        request.environ.get("REMOTE_ADDR", ""), ",".join(request.headers.getlist("X-Forwarded-For")),
        Ignored(runtime(), f"{request.method} {route}"),
    )  # fmt: skip


def before(check: Check) -> Callable[[], None]:
    """The check for Flask, before a view."""

    def run() -> None:
        call = current()
        if call.steps is None:
            finish(runtime().store, check(runtime(), call))

    return run
