"""The delivery job: spools new events, claims deliveries that are due, and tries them in threads."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from callbacks.attempt import PER_ACCOUNT, THREADS, DeliveryClaim, attempt
from callbacks.rules import BUSY_SECONDS, DAY, FENCE_SECONDS, KEEP_SECONDS, LEASE_SECONDS, Kind, delay_ms, max_tries
from callbacks.spool import spool
from common import activity
from common.claim_worker import ClaimWorker, Result, moment
from common.errors import NotFound
from common.runtime import Runtime
from common.sids import new
from common.worker_slots import Receiver, WorkerSlots
from services.snapshot import read_snapshot
from storage import keys

#: Steps for one Service in one run, so that it does not delay other Services.
MAX_STEPS = 20


class DeliveryWorker(ClaimWorker[DeliveryClaim]):
    """Sends deliveries. A receiver whose last try failed gets one thread, except for callbacks: they need no answer."""

    work = "delivery"
    log = logging.getLogger("maskline.callbacks")
    turn_seconds = 1.0
    stays_unless_wanted = True

    def __init__(self, rt: Runtime) -> None:
        super().__init__(rt, DeliveryClaim, WorkerSlots(THREADS, PER_ACCOUNT, undamped=Kind.CALLBACK))

    def claim_due(self, slots: Sequence[Receiver]) -> Sequence[dict[str, Any]]:
        receiver = slots[0]
        args = {**_claim_args(Kind(receiver.kind)), "kind": receiver.kind, "room": len(slots), "token": new("")}
        answer = self.rt.store.service("claim_deliveries", receiver.service_sid, args)
        return answer["claims"] or ()

    def act(self, claim: DeliveryClaim) -> Result | None:
        if claim.is_older_than(FENCE_SECONDS):
            return None
        since = activity.began()
        result = attempt(self.rt, claim, self.slots.is_failing(claim.receiver))
        activity.report(
            claim.kind.value, result.outcome, since=since,
            service=claim.service_sid, delivery=claim.sid, type=claim.doc.get("type"), **result.details,
        )  # fmt: skip
        self.slots.note(claim.receiver, result.outcome == "delivered" and result.details["reason"] is None)
        return result

    def settle(self, claim: DeliveryClaim, result: Result | None, go_on: bool) -> DeliveryClaim | None:
        """The script that settles this delivery also claims the next one."""
        if result is None:
            return None
        taken, busy = moment(), result.outcome == "busy"
        answer = self.rt.store.service("settle_delivery", claim.service_sid, result.arguments(
            **_claim_args(claim.kind), delivery=claim.sid, token=claim.doc["token"], day_ms=DAY * 1000,
            delay_ms=BUSY_SECONDS * 1000 if busy else delay_ms(claim.kind, claim.doc["step"]),
            next=new("") if go_on and not busy else None,
        ))  # fmt: skip
        if answer.get("state") == "parked":
            self.log.warning(
                "delivery %s is parked: %s", claim.sid, result.details["reason"] or result.details["status"]
            )
        docs = answer["claims"] or ()
        return next((DeliveryClaim(claim.receiver, claim.account_sid, taken, doc) for doc in docs), None)


def _claim_args(kind: Kind) -> dict[str, Any]:
    """The arguments of both scripts that claim."""
    keep_ms = {state: seconds * 1000 for state, seconds in KEEP_SECONDS.items()}
    return {"lease_ms": LEASE_SECONDS * 1000, "most": max_tries(kind), "keep_ms": keep_ms}


def services_with_deliveries(rt: Runtime, services: Mapping[str, str]) -> dict[str, str | None]:
    """Service SID -> cursor, for those of these Services with events to spool or deliveries that wait.

    Without a cursor only deliveries are left.
    """

    rows = rt.store.read_each(
        services,
        lambda line, sid: line.hget(keys.service("clock", sid), "c"),
        lambda line, sid: line.exists(keys.service("deliveries", sid, "waiting")),
    )
    return {sid: cursor.decode() if cursor else None for sid, (cursor, waiting) in rows.items() if cursor or waiting}


def deliver(rt: Runtime, service_sid: str, account_sid: str, cursor: str | None) -> None:
    """Spools the events of one Service and starts its deliveries that are due. Returns before they are done."""
    if cursor is not None:
        _announce(rt, service_sid)
        _spool_all(rt, service_sid, cursor)
    for kind in Kind:
        owner = f"{account_sid}/carrier" if kind is Kind.HANGUP else account_sid
        rt.part(DeliveryWorker).begin(account_sid, Receiver(owner, service_sid, kind))


def _announce(rt: Runtime, service_sid: str) -> None:
    try:
        service = read_snapshot(rt, service_sid).service
    except NotFound:
        return
    if not service.events_url or not service.expiring_seconds:
        return
    for _ in range(MAX_STEPS):
        if not rt.store.service("announce_expiring", service_sid, {})["announced"]:
            return


def _spool_all(rt: Runtime, service_sid: str, cursor: str | None) -> None:
    for _ in range(MAX_STEPS):
        cursor = spool(rt, service_sid, cursor) if cursor else None


def forget(rt: Runtime, service_sid: str) -> None:
    """Deletes deliveries whose retention time is over, and all deliveries of a deleted Service."""
    for _ in range(MAX_STEPS):
        if not rt.store.service("forget_deliveries", service_sid, {})["forgotten"]:
            return
