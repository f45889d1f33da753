"""Refuses what makes an almost full store fuller, before it is begun (common/store_memory.py)."""

from __future__ import annotations

from flask import request

from common.errors import Refused
from common.store_memory import Level, StoreMemory
from proxy.context import runtime

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


def require_room() -> None:
    """Runs before a request's Idempotency-Key is stored. Raises Refused 20503."""
    if request.method != "POST" or request.endpoint in ALWAYS:
        return
    memory = runtime().part(StoreMemory)
    least = Level.SCARCE if request.endpoint in CREATE else Level.RESERVED
    if memory.read().level >= least and not _closes_session():
        memory.note_refused()
        raise Refused(20503, MESSAGE, retry_after=RETRY_AFTER_SECONDS)


def _closes_session() -> bool:
    """As the SDKs write it. The body stays there for the view, which reads it again."""
    return request.endpoint == "api.sessions.update" and b"Status=closed" in request.get_data().split(b"&")
