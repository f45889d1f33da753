"""Reads Interactions."""

from __future__ import annotations

from common import listing
from common.model import Page, Service
from common.runtime import Runtime
from common.script_errors import checked
from sessions.model import Interaction
from sessions.names import stored_reference
from sessions.sessions import codec


def get_interaction(rt: Runtime, service: Service, session_ref: str, sid: str) -> Interaction:
    args = {"session": stored_reference(rt, service, session_ref), "interaction": sid}
    return codec(rt, service).interaction(
        checked(rt.store.service("get_interaction", service.sid, args))["interaction"]
    )


def list_interactions(
    rt: Runtime, service: Service, session_ref: str, cursor: str | None, limit: int
) -> Page[Interaction]:
    args = {"session": stored_reference(rt, service, session_ref), **listing.arguments(cursor, limit)}
    answer = checked(rt.store.service("list_interactions", service.sid, args))
    return listing.page(answer, codec(rt, service).interaction)
