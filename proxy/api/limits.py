"""Counts the requests of each account: 429 above the limit, and headers that show the limit and what is left."""

from __future__ import annotations

from typing import cast

from flask import Response, current_app, g, request

from common.errors import Refused
from proxy.api.auth import READ_METHODS, account_sid
from proxy.context import runtime
from services.api_limits import READ, WRITE, Allowance, Limiter

EXTENSION = "maskline.limiter"
MESSAGES = {
    READ: "Too many GET requests: wait as Retry-After says, or raise API_READS_PER_SECOND",
    WRITE: "Too many POST and DELETE requests: wait as Retry-After says, or raise API_WRITES_PER_SECOND",
}


def _limiter() -> Limiter:
    limiter: Limiter | None = current_app.extensions.get(EXTENSION)
    # setdefault: if two threads start at once, both use the same Limiter.
    return limiter or cast(Limiter, current_app.extensions.setdefault(EXTENSION, Limiter(runtime())))


def count() -> None:
    """Runs after authentication, so a request with wrong credentials is not counted."""
    kind = READ if request.method in READ_METHODS else WRITE
    g.allowance = allowance = _limiter().take(account_sid(), kind)
    if allowance is not None and allowance.wait:
        raise Refused(20429, MESSAGES[kind], retry_after=_seconds(allowance.wait))


def add_headers(response: Response) -> Response:
    allowance: Allowance | None = g.get("allowance")
    if allowance is not None:
        response.headers["X-RateLimit-Limit"] = str(allowance.most)
        response.headers["X-RateLimit-Remaining"] = str(allowance.left)
        response.headers["X-RateLimit-Reset"] = str(_seconds(allowance.full))
    return response


def _seconds(ms: int) -> int:
    return -(-ms // 1000)
