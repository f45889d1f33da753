"""Participants: added with a lease of their own, and removed; a removed one stays in the Session's list."""

from __future__ import annotations

from typing import Any

from common import listing
from common.model import Page, Service
from common.runtime import Runtime
from common.script_errors import checked
from common.sids import new
from common.steps import finish
from sessions.codec import Codec
from sessions.model import Participant
from sessions.names import stored_reference
from sessions.opening import participant_arguments
from sessions.sessions import codec
from storage.seal import RememberingSeal


def add_participant(rt: Runtime, service: Service, session_ref: str, given: dict[str, Any]) -> Participant:
    """Raises NotFound, Refused: 80103, 802xx, 80404, 80601, 80604, 80607, 80609."""
    seal = RememberingSeal(rt.seal)
    one = finish(rt.store, participant_arguments(rt, seal, service, new("KP"), given, mode=None))
    args = {
        "session": stored_reference(rt, service, session_ref),
        "person": one,
        "most": rt.settings.max_participants_per_session,
    }
    found = checked(rt.store.service("add_participant", service.sid, args))
    return Codec(seal, service.sid, service.account_sid).participant(found["session"], found["participant"])


def get_participant(rt: Runtime, service: Service, session_ref: str, sid: str) -> Participant:
    """Raises NotFound."""
    args = {"session": stored_reference(rt, service, session_ref), "participant": sid}
    return _participant(rt, service, rt.store.service("get_participant", service.sid, args))


def _participant(rt: Runtime, service: Service, answer: dict[str, Any]) -> Participant:
    found = checked(answer)
    return codec(rt, service).participant(found["session"], found["participant"])


def remove_participant(rt: Runtime, service: Service, session_ref: str, sid: str) -> None:
    args = {"session": stored_reference(rt, service, session_ref), "participant": sid}
    checked(rt.store.service("remove_participant", service.sid, args))


def list_participants(
    rt: Runtime, service: Service, session_ref: str, cursor: str | None, limit: int
) -> Page[Participant]:
    """With removed ones, as programs expect."""
    args = {"session": stored_reference(rt, service, session_ref), **listing.arguments(cursor, limit)}
    answer = checked(rt.store.service("list_participants", service.sid, args))
    return listing.page(answer, lambda doc: codec(rt, service).participant(answer["session"], doc))
