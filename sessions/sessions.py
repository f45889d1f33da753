"""Sessions: read, changed, closed, opened again."""

from __future__ import annotations

from typing import Any

from common import listing
from common.errors import Invalid
from common.model import Page, Service
from common.runtime import Runtime
from common.script_errors import checked
from common.steps import finish
from sessions.codec import Codec
from sessions.model import ACTIVE, Session
from sessions.names import stored_reference
from sessions.opening import begin_session


def codec(rt: Runtime, service: Service) -> Codec:
    return Codec(rt.seal, service.sid, service.account_sid)


def open_session(rt: Runtime, service: Service, fields: dict[str, Any], participants: list[dict[str, Any]]) -> Session:
    """See sessions/opening.py."""
    return finish(rt.store, begin_session(rt, service.account_sid, service.sid, fields, participants))


def get_session(rt: Runtime, service: Service, ref: str) -> Session:
    args = {"session": stored_reference(rt, service, ref)}
    return _session(rt, service, rt.store.service("get_session", service.sid, args))


def update_session(rt: Runtime, service: Service, ref: str, fields: dict[str, Any]) -> Session:
    """Raises NotFound, Invalid, Refused 80601, 80604, 80607."""
    if fields.get("status") not in (None, "closed", *ACTIVE):
        raise Invalid("Status", "can be set to closed, in-progress or open")
    names = {"status": "status", "ttl": "ttl", "expiry_ms": "expiry"}
    args = {"session": stored_reference(rt, service, ref), **{names[name]: value for name, value in fields.items()}}
    return _session(rt, service, rt.store.service("update_session", service.sid, args))


def list_sessions(rt: Runtime, service: Service, cursor: str | None, limit: int) -> Page[Session]:
    args = listing.arguments(cursor, limit)
    return listing.page(rt.store.service("list_sessions", service.sid, args), codec(rt, service).session)


def _session(rt: Runtime, service: Service, answer: dict[str, Any]) -> Session:
    return codec(rt, service).session(checked(answer)["session"])
