"""Questions to the apps whose asker died: ended by the Service's rule, since the carrier may never come again."""

from __future__ import annotations

from common import failures
from common.errors import NotFound
from common.model import Service
from common.runtime import Runtime
from policy import quotas
from policy.unchecked import warn
from services.services import find_service
from storage.store import StoreUnavailable

#: Of one Service in one run.
MOST = 200


def end_overdue(rt: Runtime, service_sid: str) -> int:
    """Ends what is past its time, as if the app had not answered; a text that may pass goes by the outbox.

    Whoever comes first decides, this or a webhook that comes again: the other gets the same answer. Returns how many.
    """
    found = rt.store.service("list_overdue", service_sid, {"most": MOST})["overdue"] or ()
    service = find_service(rt, service_sid) if found else None
    return sum(_is_ended(rt, service, one) for one in found) if service else 0


def _is_ended(rt: Runtime, service: Service, one: dict[str, str]) -> bool:
    """One that cannot be ended holds up no other; it comes up again."""
    try:
        _end(rt, service, one["key"])
    except StoreUnavailable:
        raise
    except Exception as error:
        failures.note("question", one["key"], error)
        return False
    warn(rt, service.sid, one["question"], "abandoned")
    return True


def _end(rt: Runtime, service: Service, key: str) -> None:
    args = {
        "key": key, "given": {"verdict": "failed", "overdue": True},
        "window_ms": rt.settings.replay_window_seconds * 1000, **quotas.ceiling_argument(rt),
    }  # fmt: skip
    try:
        quotas.run_within_quota(rt, service, "settle", args)
    except NotFound:
        # The Service was deleted meanwhile.
        return
