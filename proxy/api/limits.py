"""Counts each request of the account that it is for: 429 beyond the limit, and headers that tell how far it is."""

from __future__ import annotations

from typing import cast

from flask import Response, current_app, g, request

from common.errors import Refused
from proxy.api.auth import READING, account_sid
from proxy.edge import runtime
from services.api_limits import READ, WRITE, Allowance, Limiter

EXTENSION = "maskline.limiter"
WAYS_OUT = {
    READ: "Too many GET requests: wait as Retry-After says, or raise API_READS_PER_SECOND",
    WRITE: "Too many POST and DELETE requests: wait as Retry-After says, or raise API_WRITES_PER_SECOND",
}


def _limiter() -> Limiter:
    known: Limiter | None = current_app.extensions.get(EXTENSION)
    # setdefault: of two threads that begin at once, one makes what both use.
    return known or cast(Limiter, current_app.extensions.setdefault(EXTENSION, Limiter(runtime())))


def count() -> None:
    """After the caller is known: whoever guesses at credentials uses nothing up."""
    kind = READ if request.method in READING else WRITE
    g.allowance = allowance = _limiter().take(account_sid(), kind)
    if allowance is not None and allowance.wait:
        raise Refused(20429, WAYS_OUT[kind], retry_after=_seconds(allowance.wait))


def show(response: Response) -> Response:
    allowance: Allowance | None = g.get("allowance")
    if allowance is not None:
        response.headers["X-RateLimit-Limit"] = str(allowance.most)
        response.headers["X-RateLimit-Remaining"] = str(allowance.left)
        response.headers["X-RateLimit-Reset"] = str(_seconds(allowance.full))
    return response


def _seconds(ms: int) -> int:
    return -(-ms // 1000)
