"""Idempotency-Key on requests that create something. Elsewhere it is ignored, because a repetition does no harm."""

from __future__ import annotations

import logging
from contextlib import ExitStack

from flask import Response, g, request

from common.sids import repeatable
from proxy.api.auth import account_sid
from proxy.context import runtime
from services import idempotency
from services.idempotency import HEADER, Answer, Claim, Request
from storage.store import StoreUnavailable

#: Endpoints that call a phone before they answer.
NEVER_REPEATED = frozenset({"api.calls.create"})
#: Statuses that are given before the form is read.
REFUSED_UNREAD = frozenset({413, 415})

log = logging.getLogger(__name__)


def begin() -> Response | None:
    """Returns the stored answer, or claims the key so that the view may run; `end` then settles the claim."""
    key = request.headers.get(HEADER)
    if key is None or not _is_create():
        return None
    current = Request(account_sid(), request.path, request.get_data(), request.endpoint in NEVER_REPEATED)
    result = idempotency.begin(runtime(), key, current)
    if isinstance(result, Answer):
        response = Response(result.body, result.status, mimetype=result.mimetype)
        response.headers["Idempotent-Replayed"] = "true"
        return response
    g.claim, g.repeatable_sids = result, ExitStack()
    if result.seed is not None:
        g.repeatable_sids.enter_context(repeatable(result.seed))
    return None


def _is_create() -> bool:
    """A POST to a collection: its route does not end with `<sid>` or another variable."""
    return request.method == "POST" and request.url_rule is not None and not request.url_rule.rule.endswith(">")


def end(response: Response) -> Response:
    claim: Claim | None = g.pop("claim", None)
    if claim is not None:
        try:
            _settle(claim, response)
        except StoreUnavailable:
            # The work is done, so it is answered. A repetition after the lease finds what was created.
            log.warning("an answer could not be stored for its Idempotency-Key")
    return response


def _settle(claim: Claim, response: Response) -> None:
    status = response.status_code
    if status in REFUSED_UNREAD:
        idempotency.forget(runtime(), claim)
    elif status < 500 and status != 429:
        idempotency.keep(runtime(), claim, Answer(status, response.mimetype or "", response.get_data()))
    elif status != 500:
        idempotency.release(runtime(), claim)
    # After a 500 it is unknown how much was done: let the lease expire, as if the process had died.


def reset_sids(_: BaseException | None) -> None:
    """The thread's next request must get random SIDs again."""
    stack: ExitStack | None = g.pop("repeatable_sids", None)
    if stack is not None:
        stack.close()
