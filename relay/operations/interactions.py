"""Interactions: read, deleted, and told what became of their outbound leg."""

from __future__ import annotations

from typing import TYPE_CHECKING

from relay import activity
from relay.model import Page, Service
from relay.operations import listing
from relay.operations.known import run_known
from relay.operations.outcome import checked
from relay.operations.sessions import codec
from relay.sids import new
from sessions.model import Interaction

if TYPE_CHECKING:
    from relay.runtime import Runtime


def get_interaction(rt: Runtime, service: Service, session_ref: str, sid: str) -> Interaction:
    args = {"session": session_ref, "interaction": sid}
    return codec(rt, service).interaction(
        checked(rt.store.service("get_interaction", service.sid, args))["interaction"]
    )


def list_interactions(
    rt: Runtime, service: Service, session_ref: str, cursor: str | None, limit: int
) -> Page[Interaction]:
    args = {"session": session_ref, **listing.arguments(cursor, limit)}
    answer = checked(rt.store.service("list_interactions", service.sid, args))
    return listing.page(answer, codec(rt, service).interaction)


def delete_interaction(rt: Runtime, service: Service, session_ref: str, sid: str) -> None:
    args = {"session": session_ref, "interaction": sid, "random": new("")}
    checked(rt.store.service("delete_interaction", service.sid, args))


def note_status(
    rt: Runtime,
    service_sid: str,
    sid: str,
    *,
    resource: str | None = None,
    state: str | None = None,
    code: int | None = None,
    duration: int | None = None,
    taken: bool | None = None,
) -> str | None:
    """What the carrier says of the outbound leg; late, doubled or reordered words change nothing. Raises NotFound.

    `taken`: a callee who was asked to press 1 was put through.
    Returns the language of the one who began it, if the app said so.
    """
    args = {
        "interaction": sid,
        "resource": resource,
        "state": state,
        "code": code,
        "duration": duration,
        "taken": taken,
    }
    given = {name: value for name, value in args.items() if value is not None}
    since = activity.began()
    found = checked(run_known(rt, "note_status", service_sid, {**given, "random": new("")}))
    activity.report(
        "status", state or "sent", since=since, service=service_sid, session=found["interaction"].get("session"),
        interaction=sid, code=code,
    )  # fmt: skip
    language: str | None = found.get("lang")
    return language
