"""A run of the courier: spools what is new, claims what is due, and leaves the tries to threads of its own."""

from __future__ import annotations

import atexit
import logging
import time
from collections.abc import Mapping
from functools import cache
from typing import Any

from callbacks.attempt import PER_ACCOUNT, THREADS, Claim, Outcome, attempt
from callbacks.rules import BUSY_SECONDS, DAY, FENCE_SECONDS, KEEP_SECONDS, LEASE_SECONDS, Kind, delay_ms, most_tries
from callbacks.spool import spool
from common import activity, failures
from common.errors import NotFound
from common.runtime import Runtime
from common.sids import new
from common.worker_slots import Crew, Receiver
from services.snapshot import read_snapshot
from storage import keys
from storage.store import StoreUnavailable

log = logging.getLogger("maskline.courier")

#: Steps of one Service in one run, so that it holds up no other.
MOST_STEPS = 20
#: A thread leaves its receiver after so long if others wait for a thread.
TURN_SECONDS = 5.0
#: For tries under way when the process ends.
LAST_SECONDS = 5.0


@cache
def crew() -> Crew:
    found = Crew(THREADS, PER_ACCOUNT, Kind.CALLBACK)
    atexit.register(found.stop, LAST_SECONDS)
    return found


def awaiting(rt: Runtime, services: Mapping[str, str]) -> dict[str, str | None]:
    """Of these Services those that have somebody to tell, with their cursor; without one only what waits is left."""

    def ask() -> list[Any]:
        with rt.store.client.pipeline(transaction=False) as line:
            for sid in services:
                line.hget(keys.service("clock", sid), "c")
                line.exists(keys.service("deliveries", sid, "waiting"))
            return line.execute()

    answers = iter(rt.store.guard(ask) if services else ())
    found = ((sid, next(answers), next(answers)) for sid in services)
    return {sid: cursor.decode() if cursor else None for sid, cursor, waiting in found if cursor or waiting}


def deliver(rt: Runtime, service_sid: str, account_sid: str, cursor: str | None) -> None:
    """One Service's turn. Returns while tries are under way."""
    if cursor is not None:
        _announce(rt, service_sid)
        _spool_all(rt, service_sid, cursor)
    for kind in Kind:
        _begin(
            rt, Receiver(f"{account_sid}{'/carrier' if kind is Kind.HANGUP else ''}", service_sid, kind), account_sid
        )


def _announce(rt: Runtime, service_sid: str) -> None:
    try:
        service = read_snapshot(rt, service_sid).service
    except NotFound:
        return
    if not service.events_url or not service.expiring_seconds:
        return
    for _ in range(MOST_STEPS):
        if not rt.store.service("announce_expiring", service_sid, {})["announced"]:
            return


def _spool_all(rt: Runtime, service_sid: str, cursor: str | None) -> None:
    for _ in range(MOST_STEPS):
        cursor = spool(rt, service_sid, cursor) if cursor else None


def _begin(rt: Runtime, receiver: Receiver, account_sid: str) -> None:
    places = crew().enter(receiver)
    claims: list[Claim] = []
    try:
        if places:
            claims = _claim(rt, receiver, account_sid, places)
    finally:
        crew().leave(receiver, places - len(claims))
    for claim in claims:
        crew().start(receiver, lambda claim=claim: _turn(rt, receiver, claim))  # type: ignore[misc]


def _claim(rt: Runtime, receiver: Receiver, account_sid: str, most: int) -> list[Claim]:
    taken = time.monotonic()
    args = {**_terms(Kind(receiver.kind)), "kind": receiver.kind, "room": most, "token": new("")}
    answer = rt.store.service("claim_deliveries", receiver.service_sid, args)
    return [Claim(receiver.service_sid, account_sid, taken, doc) for doc in answer["claims"] or ()]


def _terms(kind: Kind) -> dict[str, Any]:
    """What each claim says of itself."""
    keep_ms = {state: seconds * 1000 for state, seconds in KEEP_SECONDS.items()}
    return {"lease_ms": LEASE_SECONDS * 1000, "most": most_tries(kind), "keep_ms": keep_ms}


def _turn(rt: Runtime, receiver: Receiver, first: Claim) -> None:
    """From one delivery to the next of this receiver, as long as one is due."""
    claim: Claim | None = first
    ends = time.monotonic() + TURN_SECONDS
    try:
        while claim is not None and time.monotonic() - claim.taken < FENCE_SECONDS:
            outcome = _attempt(rt, claim, crew().is_failing(receiver))
            crew().note(receiver, outcome.outcome == "delivered" and outcome.reason is None)
            stays = not crew().stopping and not (crew().is_full() and time.monotonic() > ends)
            claim = _settle(rt, claim, outcome, stays and outcome.outcome != "busy")
    except StoreUnavailable:
        # Not settled: the claim ends by itself, and the same is delivered once more.
        log.error("delivery %s: the store does not answer", first.sid)
    except Exception as error:
        failures.note("turn of the courier", receiver.service_sid, error)


def _attempt(rt: Runtime, claim: Claim, failing: bool) -> Outcome:
    since = activity.began()
    outcome = attempt(rt, claim, failing)
    activity.report(
        claim.kind.value, outcome.outcome, since=since,
        service=claim.service_sid, delivery=claim.sid, type=claim.doc.get("type"), status=outcome.status,
        reason=outcome.reason,
    )  # fmt: skip
    return outcome


def _settle(rt: Runtime, claim: Claim, outcome: Outcome, go_on: bool) -> Claim | None:
    taken, busy = time.monotonic(), outcome.outcome == "busy"
    delay = BUSY_SECONDS * 1000 if busy else delay_ms(claim.kind, claim.doc["step"])
    args = {
        **_terms(claim.kind), "delivery": claim.sid, "token": claim.doc["token"], "outcome": outcome.outcome,
        "status": outcome.status, "reason": outcome.reason, "day_ms": DAY * 1000,
        "delay_ms": delay, "next": new("") if go_on else None,
    }  # fmt: skip
    given = {name: value for name, value in args.items() if value is not None}
    answer = rt.store.service("settle_delivery", claim.service_sid, given)
    if answer.get("state") == "parked":
        log.warning("delivery %s is parked: %s", claim.sid, outcome.reason or outcome.status)
    found = answer["claims"] or ()
    return next((Claim(claim.service_sid, claim.account_sid, taken, doc) for doc in found), None)


def forget(rt: Runtime, service_sid: str) -> None:
    """What is past its time, and all of a Service that is gone."""
    for _ in range(MOST_STEPS):
        if not rt.store.service("forget_deliveries", service_sid, {})["forgotten"]:
            return
