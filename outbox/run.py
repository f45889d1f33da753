"""A run of the outbox: claims what is due and leaves the sending to threads of its own."""

from __future__ import annotations

import atexit
import logging
import time
from collections.abc import Iterable
from functools import cache

from common import activity, failures
from common.runtime import Runtime
from common.sids import new
from common.worker_slots import Crew, Receiver
from outbox.rules import ms
from outbox.rules import rules as outbox_rules
from outbox.send import Claim, moment, settle
from storage.store import StoreUnavailable

log = logging.getLogger("maskline.outbox")

THREADS, PER_ACCOUNT = 32, 16
#: A Service has the threads of so many receivers, or a few slow answers would hold up all of its numbers.
LANES = ("outbox", "outbox-2", "outbox-3", "outbox-4")
#: A thread leaves its Service after so long, so that others get one.
TURN_SECONDS = 5.0
#: For what is under way when the process ends.
LAST_SECONDS = 10.0


@cache
def crew() -> Crew:
    found = Crew(THREADS, PER_ACCOUNT)
    atexit.register(found.stop, LAST_SECONDS)
    return found


def waiting(rt: Runtime, services: Iterable[str]) -> list[str]:
    """Of these Services those that have something to send."""
    return rt.store.having(services, "lines", "held")


def send_due(rt: Runtime, service_sid: str, account_sid: str) -> None:
    """One Service's turn. Returns while messages are under way."""
    places: list[Receiver] = []
    claims: list[Claim] = []
    try:
        for lane in LANES:
            receiver = Receiver(account_sid, service_sid, lane)
            places += [receiver] * crew().enter(receiver)
        if places:
            claims = _claim(rt, service_sid, account_sid, len(places), sum(map(_never_waits, places)))
    finally:
        for unused in places[: len(places) - len(claims)]:
            crew().leave(unused)
    for receiver, claim in zip(places[len(places) - len(claims) :], claims, strict=True):
        crew().start(receiver, lambda receiver=receiver, claim=claim: _turn(rt, receiver, claim))  # type: ignore[misc]


def _never_waits(receiver: Receiver) -> bool:
    """Some threads are kept for what is due now; the others may wait for a number's turn."""
    return receiver.kind == LANES[0]


def _claim(rt: Runtime, service_sid: str, account_sid: str, room: int, kept: int) -> list[Claim]:
    taken, rules = moment(), rt.part(outbox_rules)
    args = {
        "room": room, "kept": kept, "soon_ms": ms(rules.soon), "token": new(""), "lease_ms": ms(rules.lease),
        "rate": rt.settings.segments_per_second,
    }  # fmt: skip
    answer = rt.store.service("claim_outgoing", service_sid, args)
    return [Claim(service_sid, account_sid, taken, doc) for doc in answer["claims"] or ()]


def _turn(rt: Runtime, receiver: Receiver, first: Claim) -> None:
    """From one message to the next of this Service, as long as one is due."""
    claim: Claim | None = first
    ends = time.monotonic() + TURN_SECONDS
    try:
        while claim is not None:
            _one(rt, claim)
            if crew().stopping or time.monotonic() > ends:
                return
            more = _claim(rt, claim.service_sid, claim.account_sid, 1, int(_never_waits(receiver)))
            claim = next(iter(more), None)
    except StoreUnavailable:
        # Not settled: the claim ends by itself, and what was sent is looked for.
        log.error("a message of %s: the store does not answer", first.service_sid)
    except Exception as error:
        failures.note("turn of the outbox", first.service_sid, error)


def _one(rt: Runtime, claim: Claim) -> None:
    since = activity.began()
    rt.failpoint("after_claim")
    settled = settle(rt, claim)
    if settled is None:
        return
    activity.report(
        "send", settled["outcome"], since=since, service=claim.service_sid, interaction=claim.interaction_sid,
        reason=settled.get("reason"), code=settled.get("code"),
    )  # fmt: skip
    rt.failpoint("before_settle")
    rules = rt.part(outbox_rules)
    args = {
        "interaction": claim.interaction_sid, "token": claim.entry["token"], "part": claim.part,
        "most": rules.most_tries, "doubt_ms": ms(rules.doubt), "policy": rt.settings.in_doubt,
        **settled,
    }  # fmt: skip
    given = {name: value for name, value in args.items() if value is not None}
    state = rt.store.service("settle_outgoing", claim.service_sid, given)["state"]
    if state == "parked":
        log.warning("message %s is parked: %s", claim.interaction_sid, settled.get("reason", "in_doubt"))
