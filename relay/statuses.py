"""What the carrier says of an outbound leg, noted on its Interaction."""

from __future__ import annotations

from common import activity
from common.runtime import Runtime
from common.script_errors import checked
from services.snapshot import ServiceSnapshot, run_at_version


def note_status(
    rt: Runtime,
    snapshot: ServiceSnapshot,
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
    found = checked(run_at_version(rt, snapshot.sid, "note_status", given, snapshot.version_to_compare))
    activity.report(
        "status", state or "sent", since=since, service=snapshot.sid, session=found["interaction"].get("session"),
        interaction=sid, code=code,
    )  # fmt: skip
    language: str | None = found.get("lang")
    return language
