"""Participants: added with a lease of their own, and removed; a removed one stays in the Session's list."""

from __future__ import annotations

from typing import Any

from common import listing
from common.errors import NotFound
from common.model import Page, Service
from common.runtime import Runtime
from common.script_errors import checked
from sessions.model import Participant, Session
from sessions.sessions import codec, get_session, participant_arguments


def add_participant(rt: Runtime, service: Service, session_ref: str, given: dict[str, Any]) -> Participant:
    """Raises NotFound, Refused: 80103, 802xx, 80404, 80601, 80604, 80607, 80609."""
    one = participant_arguments(rt, service, given, mode=None)
    args = {"session": session_ref, "person": one}
    answer = checked(rt.store.service("add_participant", service.sid, args))
    return _participant_of(codec(rt, service).session(answer["session"]), one["sid"])


def get_participant(rt: Runtime, service: Service, session_ref: str, sid: str) -> Participant:
    return _participant_of(get_session(rt, service, session_ref), sid)


def remove_participant(rt: Runtime, service: Service, session_ref: str, sid: str) -> None:
    args = {"session": session_ref, "participant": sid}
    checked(rt.store.service("remove_participant", service.sid, args))


def list_participants(
    rt: Runtime, service: Service, session_ref: str, cursor: str | None, limit: int
) -> Page[Participant]:
    """With removed ones, as programs expect. All are in the Session's document, so the pages are made here."""
    people = get_session(rt, service, session_ref).participants
    mark = listing.arguments(cursor, limit)
    first = mark["after"][0] if "after" in mark else max(mark["before"][0] - limit, 0) if "before" in mark else 0
    stop = first + limit
    return Page(
        people[first:stop],
        listing.cursor("after", [stop, ""]) if stop < len(people) else None,
        listing.cursor("before", [first, ""]) if 0 < first <= len(people) else None,
    )


def _participant_of(session: Session, sid: str) -> Participant:
    for participant in session.participants:
        if participant.sid == sid:
            return participant
    raise NotFound("The Participant")
