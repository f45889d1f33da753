"""Deletes a Session with its Participants and Interactions, or one Interaction."""

from __future__ import annotations

from common.model import Service
from common.runtime import Runtime
from common.script_errors import checked
from sessions.names import stored_reference


def delete_session(rt: Runtime, service: Service, ref: str) -> None:
    args = {"session": stored_reference(rt, service, ref), **_window(rt)}
    checked(rt.store.service("delete_session", service.sid, args))


def delete_interaction(rt: Runtime, service: Service, session_ref: str, sid: str) -> None:
    args = {"session": stored_reference(rt, service, session_ref), "interaction": sid, **_window(rt)}
    checked(rt.store.service("delete_interaction", service.sid, args))


def _window(rt: Runtime) -> dict[str, int]:
    """A webhook of a deleted text may still be repeated: it gets the same answer again."""
    return {"window_ms": rt.settings.replay_window_seconds * 1000}
