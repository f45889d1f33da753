"""Notes the carrier's status of an outbound leg on its Interaction."""

from __future__ import annotations

from common import activity
from common.script_errors import checked
from common.steps import Steps
from services.snapshot import ServiceSnapshot, call_at_version


def note_status(
    snapshot: ServiceSnapshot,
    sid: str,
    *,
    resource: str | None = None,
    state: str | None = None,
    code: int | None = None,
    duration: int | None = None,
    taken: bool | None = None,
) -> Steps[str | None]:
    """Notes a status; one that is late, repeated or out of order changes nothing. Raises NotFound.

    `duration`: in seconds. `taken`: the callee was asked to press 1 and was connected.
    Returns the language of the sender or caller, if the app gave one.
    """
    args = {
        "interaction": sid,
        "resource": resource,
        "state": state,
        "code": code,
        "duration": duration,
        "taken": taken,
    }
    args = {name: value for name, value in args.items() if value is not None}
    since = activity.began()
    answer = checked((yield from call_at_version("note_status", snapshot.sid, args, snapshot.version_to_compare)))
    activity.report(
        "status", state or "sent", since=since, service=snapshot.sid, session=answer["interaction"].get("session"),
        interaction=sid, code=code,
    )  # fmt: skip
    language: str | None = answer.get("lang")
    return language
