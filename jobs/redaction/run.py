"""A run over one Service: claims what is due and empties it at the carrier. It may be done twice."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Event
from typing import Any

from carrier.client import Carrier
from common import failures
from common.errors import CarrierError
from common.runtime import Runtime
from common.sids import new
from jobs.redaction import verdict
from jobs.redaction.parts import before_the_last
from jobs.redaction.verdict import HOPELESS, Verdict
from services.accounts import carrier_of
from storage.seal import SealBroken
from storage.store import StoreUnavailable

log = logging.getLogger("maskline.redaction")

#: Of one Service in one run: it holds up no other.
SECONDS = 10.0
BATCH, THREADS = 8, 4
#: Nobody else tries it meanwhile: the requests of a whole batch may hang.
LEASE_SECONDS = 180


@dataclass(frozen=True, slots=True, repr=False)
class Desk:
    """A Service and its carrier, until the moment `ends`. `closed`: the next request would be refused as well."""

    rt: Runtime
    service_sid: str
    carrier: Carrier
    ends: float
    closed: Event = field(default_factory=Event)


def waiting(rt: Runtime, services: Iterable[str]) -> list[str]:
    """Of these Services those that have something to empty, now or later."""
    return rt.store.having(services, "redactions")


def redact_service(rt: Runtime, service_sid: str, account_sid: str) -> None:
    desk, more = Desk(rt, service_sid, carrier_of(rt, account_sid), time.monotonic() + SECONDS), True
    with ThreadPoolExecutor(THREADS) as pool:
        while more and not _is_over(desk):
            args = {"most": BATCH, "lease_ms": LEASE_SECONDS * 1000, "token": new("")}
            answer = rt.store.service("claim_redactions", service_sid, args)
            list(pool.map(lambda claim: _one(desk, claim), answer["claims"] or ()))
            more = answer["more"]


def _is_over(desk: Desk) -> bool:
    return desk.closed.is_set() or time.monotonic() >= desk.ends


def _one(desk: Desk, claim: dict[str, Any]) -> None:
    """What is not tried, or not settled, comes up again when its lease is over."""
    if _is_over(desk):
        return
    try:
        found = _redact(desk, claim)
        desk.rt.failpoint("after_redact")
        _settle(desk, claim, found)
    except StoreUnavailable:
        desk.closed.set()
        log.error("a redaction of %s: the store does not answer", desk.service_sid)
    except Exception as error:
        failures.note("redaction", str(claim["resource"]), error)


def _redact(desk: Desk, claim: dict[str, Any]) -> Verdict:
    """The last part last: once that is noted, nobody looks for the others."""
    try:
        for sid in (*_others(desk, claim), claim["resource"]):
            desk.carrier.redact(sid)
    except CarrierError as error:
        if error.status in HOPELESS:
            desk.closed.set()
        return verdict.of(error, claim["tries"])
    return Verdict("redacted")


def _others(desk: Desk, claim: dict[str, Any]) -> list[str]:
    try:
        return before_the_last(desk.rt, desk.carrier, desk.service_sid, claim)
    except (SealBroken, ValueError, LookupError):
        log.error("message %s: a text that does not open, its first parts are not looked for", claim["resource"])
        return []


def _settle(desk: Desk, claim: dict[str, Any], found: Verdict) -> None:
    args = {
        "resource": claim["resource"], "token": claim["token"], "outcome": found.outcome, "code": found.code,
        "delay_ms": found.delay_ms,
    }  # fmt: skip
    given = {name: value for name, value in args.items() if value is not None}
    desk.rt.store.service("settle_redaction", desk.service_sid, given)
    if found.outcome == "refused":
        log.warning("message %s keeps its text at the carrier: refused with code %s", claim["resource"], found.code)
