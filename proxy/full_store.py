"""Refuses what makes an almost full store fuller, before it is begun (common/store_memory.py)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from flask import request

from common.errors import Refused
from common.runtime import Runtime
from common.steps import IN_THREAD, Steps
from common.store_memory import Level, StoreMemory
from proxy.api.call import ApiCall, before

#: Endpoints that only make the store fuller.
CREATE = frozenset(
    {
        "api.services.create", "api.phone_numbers.create", "api.sessions.create", "api.participants.create",
        "api.notices.update", "api.content_lists.update",
    }
)  # fmt: skip
#: What operators do against a fault, and what ends something.
ALWAYS = frozenset({"ops.blocks.create", "ops.blocks.lift", "ops.outbox.release"})
RETRY_AFTER_SECONDS = 30
MESSAGE = (
    "The store has only little memory left, and this would use more: try again later, or close and delete Sessions"
)


def check(rt: Runtime, call: ApiCall, closes_session: Callable[[], bool] = lambda: False) -> Steps[None]:
    """Runs before a request's Idempotency-Key is stored. Raises Refused 20503."""
    if call.method != "POST" or call.endpoint in ALWAYS:
        return
    least = Level.SCARCE if call.endpoint in CREATE else Level.RESERVED
    memory = rt.part(StoreMemory)
    found = memory.known()
    if found is None:
        yield IN_THREAD
        found = memory.read()
    if found.level >= least and not closes_session():
        memory.note_refused()
        raise Refused(20503, MESSAGE, retry_after=RETRY_AFTER_SECONDS)


require_room = before(partial(check, closes_session=lambda: _closes_session()))


def _closes_session() -> bool:
    """As the SDKs write it. The body stays there for the view, which reads it again."""
    return request.endpoint == "api.sessions.update" and b"Status=closed" in request.get_data().split(b"&")
