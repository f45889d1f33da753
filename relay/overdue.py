"""Ends questions to the apps whose web process died, by the Service's rule: the carrier may not repeat its webhook."""

from __future__ import annotations

from common import failures
from common.errors import NotFound
from common.model import Service
from common.runtime import Runtime
from common.steps import finish
from policy import quotas
from policy.unchecked import warn
from services.services import find_service
from storage.store import StoreUnavailable

#: Questions of one Service in one run.
MAX_QUESTIONS = 200


def end_overdue(rt: Runtime, service_sid: str) -> int:
    """Ends overdue questions as if the app had not answered; a text that is then relayed goes through the outbox.

    If the webhook is repeated at the same time, the first of both decides and the other gets the same answer.
    Returns how many were ended.
    """
    overdue = rt.store.service("list_overdue", service_sid, {"most": MAX_QUESTIONS})["overdue"] or ()
    service = find_service(rt, service_sid) if overdue else None
    return sum(_is_ended(rt, service, question) for question in overdue) if service else 0


def _is_ended(rt: Runtime, service: Service, question: dict[str, str]) -> bool:
    """False if it failed: the next run tries again, and the other questions do not wait for it."""
    try:
        _end(rt, service, question["key"])
    except StoreUnavailable:
        raise
    except Exception as error:
        failures.note("question", question["key"], error)
        return False
    warn(rt, service.sid, question["question"], "abandoned")
    return True


def _end(rt: Runtime, service: Service, key: str) -> None:
    args = {
        "key": key, "given": {"verdict": "failed", "overdue": True},
        "window_ms": rt.settings.replay_window_seconds * 1000, **quotas.ceiling_argument(rt),
    }  # fmt: skip
    try:
        finish(rt.store, quotas.call_within_quota(rt, service, "settle", args))
    except NotFound:
        # The Service was deleted meanwhile.
        return
