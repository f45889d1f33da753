"""Idempotency-Key on what is created: a POST to a collection. Elsewhere it is ignored: repeating does no harm there."""

from __future__ import annotations

import logging
from contextlib import ExitStack

from flask import Response, g, request

from common.sids import repeatable
from proxy.api.auth import account_sid
from proxy.edge import runtime
from services import idempotency
from services.idempotency import HEADER, Answer, Claim, Request
from storage.store import StoreUnavailable

#: They ring a phone before they answer.
ONCE = frozenset({"api.calls.create"})
#: Refused before the form was read.
UNREAD = frozenset({413, 415})

log = logging.getLogger(__name__)


def begin() -> Response | None:
    """Answers from memory, or lets the view work under a claim that `end` settles."""
    key = request.headers.get(HEADER)
    if key is None or not _creates():
        return None
    asked = Request(account_sid(), request.path, request.get_data(), request.endpoint in ONCE)
    found = idempotency.begin(runtime(), key, asked)
    if isinstance(found, Answer):
        response = Response(found.body, found.status, mimetype=found.mimetype)
        response.headers["Idempotent-Replayed"] = "true"
        return response
    g.claim, g.repeatable = found, ExitStack()
    if found.seed is not None:
        g.repeatable.enter_context(repeatable(found.seed))
    return None


def _creates() -> bool:
    """A collection's path ends in its name, a resource's in what names it."""
    return request.method == "POST" and request.url_rule is not None and not request.url_rule.rule.endswith(">")


def end(response: Response) -> Response:
    claim: Claim | None = g.pop("claim", None)
    if claim is not None:
        try:
            _settle(claim, response)
        except StoreUnavailable:
            # It is done and must be told; a repetition after the lease finds what was made.
            log.warning("an answer could not be kept for its Idempotency-Key")
    return response


def _settle(claim: Claim, response: Response) -> None:
    status = response.status_code
    if status in UNREAD:
        idempotency.forget(runtime(), claim)
    elif status < 500 and status != 429:
        idempotency.keep(runtime(), claim, Answer(status, response.mimetype or "", response.get_data()))
    elif status != 500:
        idempotency.release(runtime(), claim)
    # After a defect nobody knows how far it went: as if the process had died, the lease runs out.


def leave(_: BaseException | None) -> None:
    """The thread serves others next."""
    stack: ExitStack | None = g.pop("repeatable", None)
    if stack is not None:
        stack.close()
