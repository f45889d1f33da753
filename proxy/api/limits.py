"""Counts the requests of each account: 429 above the limit, and headers that show the limit and what is left."""

from __future__ import annotations

from flask import Response

from common.errors import Refused
from common.runtime import Runtime
from common.steps import Steps
from proxy.api.call import ApiCall, before, current
from services.api_limits import READ, WRITE, Limiter

MESSAGES = {
    READ: "Too many GET requests: wait as Retry-After says, or raise API_READS_PER_SECOND",
    WRITE: "Too many POST and DELETE requests: wait as Retry-After says, or raise API_WRITES_PER_SECOND",
}


def check(rt: Runtime, call: ApiCall) -> Steps[None]:
    """Sets the allowance of the call. After authentication, so a request with wrong credentials is not counted."""
    kind = READ if call.reads else WRITE
    call.allowance = allowance = yield from rt.part(Limiter).take(call.account_sid, kind)
    if allowance is not None and allowance.wait:
        raise Refused(20429, MESSAGES[kind], retry_after=_seconds(allowance.wait))


count = before(check)


def headers(call: ApiCall) -> list[tuple[str, str]]:
    allowance = call.allowance
    if allowance is None:
        return []
    return [
        ("X-RateLimit-Limit", str(allowance.most)),
        ("X-RateLimit-Remaining", str(allowance.left)),
        ("X-RateLimit-Reset", str(_seconds(allowance.full))),
    ]


def add_headers(response: Response) -> Response:
    response.headers.update(headers(current()))
    return response


def _seconds(ms: int) -> int:
    return -(-ms // 1000)
