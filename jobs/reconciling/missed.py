"""Inbound messages that the carrier has and whose webhook never came: noted, and sent if their pair still stands."""

from __future__ import annotations

import json
import logging
from collections.abc import Collection
from typing import Any

from carrier.client import Carrier, CarrierMessage
from carrier.inbound import Attached, Inbound
from common.errors import CarrierError, NotFound, Unavailable
from common.identifiers import SCHEME, lookup
from common.runtime import Runtime
from policy.content_check import check_message
from relay.channels.message import with_content
from relay.inbound import decide
from services.accounts import carrier_of
from services.services import find_service
from services.snapshot import ServiceSnapshot, run_with_snapshot
from storage import keys
from storage.store import StoreUnavailable

log = logging.getLogger("maskline.reconciling")

#: The carrier tries a webhook for 15 s; what is younger than this may still come.
SETTLE_SECONDS = 75
OVERLAP_SECONDS = 30
#: After a longer outage the rest stays in the carrier's own list alone.
BACK_SECONDS = 12 * 3600
#: One run compares so much time at most, or less if there is more traffic than a list holds.
STRETCHES_MS = (600_000, 240_000, 90_000)
MOST = 5_000
#: In one script.
BATCH = 50


def find_missed(rt: Runtime, account_sid: str, service_sids: Collection[str]) -> int:
    """`service_sids`: those of this account. Returns how many were found."""
    # What was accepted longer ago than answers are kept would look as if it had not been.
    back = min(BACK_SECONDS, rt.settings.replay_window_seconds // 2)
    args = {"settle_ms": SETTLE_SECONDS * 1000, "overlap_ms": OVERLAP_SECONDS * 1000, "back_ms": back * 1000}
    windows = {sid: rt.store.service("late_window", sid, args) for sid in service_sids}
    windows = {sid: window for sid, window in windows.items() if window}
    if not windows:
        return 0
    from_ms, to_ms = (min(int(window[edge]) for window in windows.values()) for edge in ("from", "to"))
    try:
        listed, mark = _inbound(carrier_of(rt, account_sid), from_ms, to_ms)
    except CarrierError as error:
        log.warning("the carrier's inbound list (status %d, code %d): tried again later", error.status, error.code)
        return 0
    shares = _by_service(rt, account_sid, listed)
    return sum(_go_through(rt, sid, shares.get(sid, []), mark) for sid in windows)


def _inbound(carrier: Carrier, from_ms: int, to_ms: int) -> tuple[list[CarrierMessage], int]:
    """And up to where the list was read."""
    for stretch in STRETCHES_MS:
        mark = min(to_ms, from_ms + OVERLAP_SECONDS * 1000 + stretch)
        found = carrier.messages_between(from_ms, mark, MOST)
        if len(found) < MOST:
            break
    else:
        log.warning("more messages than one look can compare: some inbound may stay unseen")
    return [one for one in found if one.direction == "inbound"], mark


def _by_service(rt: Runtime, account_sid: str, listed: list[CarrierMessage]) -> dict[str, list[CarrierMessage]]:
    numbers = sorted({one.to for one in listed})
    if not numbers:
        return {}
    routes = keys.account("routes", account_sid)
    found = rt.store.guard(lambda: rt.store.client.hmget(routes, numbers))
    owner = {to: json.loads(text)["service"] for to, text in zip(numbers, found, strict=True) if text}
    shares: dict[str, list[CarrierMessage]] = {}
    for one in listed:
        if one.to in owner:
            shares.setdefault(owner[one.to], []).append(one)
    return shares


def _go_through(rt: Runtime, service_sid: str, messages: list[CarrierMessage], mark: int) -> int:
    """The oldest first. The mark moves when all are done with: what a killed run left comes up again."""
    late, waiting = 0, list(reversed(messages))
    done = True
    for start in range(0, len(waiting), BATCH):
        batch = waiting[start : start + BATCH]
        answer = _note(rt, service_sid, {"messages": [_told(rt, service_sid, one) for one in batch]})
        late += int(answer.get("late", 0))
        unsent = set(answer.get("unsent") or ())
        done = all([_accepted(rt, service_sid, one) for one in batch if one.sid in unsent]) and done
    if done:
        _note(rt, service_sid, {"messages": [], "mark": mark})
    return late


def _told(rt: Runtime, service_sid: str, one: CarrierMessage) -> dict[str, Any]:
    who = rt.index.of(service_sid, SCHEME, lookup(one.sender))
    return {"id": one.sid, "who": who, "to": one.to, "at": one.at_ms}


def _note(rt: Runtime, service_sid: str, args: dict[str, Any]) -> dict[str, Any]:
    window_ms = rt.settings.replay_window_seconds * 1000
    answer: dict[str, Any] = rt.store.service("note_late", service_sid, {**args, "window_ms": window_ms})
    return answer


def _accepted(rt: Runtime, service_sid: str, one: CarrierMessage) -> bool:
    """One that cannot be done now holds up no other."""
    try:
        _accept(rt, service_sid, one)
    except (StoreUnavailable, Unavailable, NotFound, CarrierError) as error:
        log.warning("a late message of %s: %s; tried again later", service_sid, type(error).__name__)
        return False
    return True


def _accept(rt: Runtime, service_sid: str, one: CarrierMessage) -> None:
    """As its webhook would have been, but for the way that it goes. Who accepts it first, this or that, decides."""
    media = _media(rt, service_sid, one)
    message = Inbound("message", one.sid, one.sender, one.to, one.body, media, late_at_ms=one.at_ms)

    def act(snapshot: ServiceSnapshot) -> None:
        judged = check_message(rt, snapshot, message)
        decide(rt, snapshot, judged.message, judged.args)

    run_with_snapshot(rt, service_sid, act)


def _media(rt: Runtime, service_sid: str, one: CarrierMessage) -> tuple[Attached, ...]:
    """Raises CarrierError: it comes up again, or a text would go without its picture. What is deleted there is lost."""
    if not one.media:
        return ()
    service = find_service(rt, service_sid)
    listed = carrier_of(rt, service.account_sid).media_of(one.sid) if service else ()
    missing = [Attached(None, "")] * (one.media - len(listed))
    return with_content([*(Attached(*file) for file in listed), *missing])
