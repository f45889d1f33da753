"""Calls: what became of their legs by the carrier's lists. None is ever placed again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from carrier.client import CarrierCall
from common.errors import CarrierError
from common.identifiers import VOICE
from jobs.reconciling.look import MOST, NEAR_MS, Desk, Look
from jobs.reconciling.matching import SLACK_MS, Leg, Resource, match

OVER = frozenset({"completed", "canceled", "failed", "busy", "no-answer"})
#: The caller was gone before we could put them through, or their own call came to nothing.
NEVER_DIALLED = {"completed": "canceled", "canceled": "canceled", "no-answer": "canceled"}
PLACED = "outbound-api"
#: An app may send a call here again; what it dialled before belongs to another Interaction.
BEFORE_MS = 4 * 3600 * 1000


def look(desk: Desk, group: Sequence[Look]) -> None:
    """Raises CarrierError."""
    for one in group:
        if one.first and not one.inbound_sid:
            _find_first(desk, one)
        else:
            _look(desk, one)


def _look(desk: Desk, one: Look) -> None:
    """The callee's leg first: once the other one is noted as over, that is taken for over too."""
    child = _callee_leg(desk, one)
    if child:
        over = child.status in OVER
        desk.found(one, child.sid, state=child.status, duration=child.duration if over else None)
        if not one.first:
            return
    parent = _fetch(desk, str(one.inbound_sid))
    if one.first:
        desk.first_found(one, str(one.inbound_sid), parent.status if parent else "failed")
    elif not parent or parent.status in OVER:
        desk.missing(one, NEVER_DIALLED.get(parent.status, "failed") if parent else "failed", one.outbound_sid)


def _callee_leg(desk: Desk, one: Look) -> CarrierCall | None:
    if one.outbound_sid:
        return _fetch(desk, one.outbound_sid)
    parent = str(one.inbound_sid)
    listed = desk.carrier.calls_within(parent, MOST)
    docs = desk.near(str(one.doc["session"]), one.at_ms - BEFORE_MS, one.at_ms + NEAR_MS) or [one.doc]
    ours = [doc for doc in docs if doc.get("outbound") and (doc.get("inbound") or {}).get("resource") == parent]
    return _matched(one, [call for call in listed if call.sender == one.callee.number], ours, "outbound")


def _find_first(desk: Desk, one: Look) -> None:
    """A call that we placed without hearing of it again."""
    if one.first is None:
        return
    listed = desk.carrier.calls_to(desk.dialled(one.first, VOICE), one.first.number, MOST)
    docs = desk.near(str(one.doc["session"]), one.at_ms - NEAR_MS, one.at_ms + NEAR_MS)
    if docs is None or (len(listed) == MOST and listed[-1].at_ms >= one.at_ms - SLACK_MS):
        return
    near = [call for call in listed if call.direction == PLACED and call.at_ms <= one.at_ms + NEAR_MS]
    ours = [doc for doc in docs if doc.get("placed") and doc["inbound"]["participant"] == one.first.sid]
    found = _matched(one, near, ours, "inbound")
    if found:
        desk.first_found(one, found.sid, found.status)
    else:
        desk.missing(one, "canceled")


def _matched(one: Look, listed: list[CarrierCall], docs: list[dict[str, Any]], leg: str) -> CarrierCall | None:
    """`docs`: all whose leg may be in this list, with or without its SID."""
    taken = {sid for doc in docs if (sid := doc[leg].get("resource"))}
    free = {call.sid: call for call in reversed(listed) if call.sid not in taken}
    legs = [Leg(doc["sid"], doc["created"]) for doc in docs if not doc[leg].get("resource")]
    found = match(legs, [Resource(call.sid, call.at_ms) for call in free.values()]).get(one.sid)
    return free[found] if found else None


def _fetch(desk: Desk, sid: str) -> CarrierCall | None:
    """None if the carrier does not have it any more."""
    try:
        return desk.carrier.call(sid)
    except CarrierError as error:
        if error.status == 404:
            return None
        raise
