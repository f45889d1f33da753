"""Calls: reads the state of their legs from the carrier's API. No call is ever placed again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from carrier.model import FINAL_CALL_STATUSES, CarrierCall
from common.errors import CarrierError
from common.identifiers import VOICE
from jobs.reconciling.matching import SLACK_MS, Leg, Resource, match
from jobs.reconciling.status_check import MAX_LIST, NEAR_MS, CarrierContext, StatusCheck

#: State of the caller's leg -> state of a callee's leg that was never dialed: the caller hung up first, or failed.
NEVER_DIALED = {"completed": "canceled", "canceled": "canceled", "no-answer": "canceled"}
PLACED = "outbound-api"
#: An app may redirect a running call to us again; what the call dialed earlier belongs to another Interaction.
BEFORE_MS = 4 * 3600 * 1000


def reconcile(context: CarrierContext, checks: Sequence[StatusCheck]) -> None:
    """Raises CarrierError."""
    for check in checks:
        if check.first and not check.inbound_sid:
            _find_first_leg(context, check)
        else:
            _read_legs(context, check)


def _read_legs(context: CarrierContext, check: StatusCheck) -> None:
    """The callee's leg first: as soon as the other leg is noted as ended, the callee's counts as ended too."""
    child = _callee_leg(context, check)
    if child:
        ended = child.status in FINAL_CALL_STATUSES
        context.note_outbound(check, child.sid, state=child.status, duration=child.duration if ended else None)
        if not check.first:
            return
    parent = _fetch(context, str(check.inbound_sid))
    if check.first:
        context.note_first_leg(check, str(check.inbound_sid), parent.status if parent else "failed")
    elif not parent or parent.status in FINAL_CALL_STATUSES:
        state = NEVER_DIALED.get(parent.status, "failed") if parent else "failed"
        context.note_missing(check, state, check.outbound_sid)


def _callee_leg(context: CarrierContext, check: StatusCheck) -> CarrierCall | None:
    if check.outbound_sid:
        return _fetch(context, check.outbound_sid)
    parent = str(check.inbound_sid)
    listed = context.carrier.calls_within(parent, MAX_LIST)
    session_sid = str(check.doc["session"])
    docs = context.interactions_between(session_sid, check.at_ms - BEFORE_MS, check.at_ms + NEAR_MS) or [check.doc]
    ours = [doc for doc in docs if doc.get("outbound") and (doc.get("inbound") or {}).get("resource") == parent]
    return _matched(check, [call for call in listed if call.sender == check.callee.number], ours, "outbound")


def _find_first_leg(context: CarrierContext, check: StatusCheck) -> None:
    """Looks for a call that we placed and that no response or webhook confirmed."""
    if check.first is None:
        return
    listed = context.carrier.calls_to(context.real_number(check.first, VOICE), check.first.number, MAX_LIST)
    session_sid = str(check.doc["session"])
    docs = context.interactions_between(session_sid, check.at_ms - NEAR_MS, check.at_ms + NEAR_MS)
    if docs is None or (len(listed) == MAX_LIST and listed[-1].at_ms >= check.at_ms - SLACK_MS):
        return
    near = [call for call in listed if call.direction == PLACED and call.at_ms <= check.at_ms + NEAR_MS]
    ours = [doc for doc in docs if doc.get("placed") and doc["inbound"]["participant"] == check.first.sid]
    call = _matched(check, near, ours, "inbound")
    if call:
        context.note_first_leg(check, call.sid, call.status)
    else:
        context.note_missing(check, "canceled")


def _matched(check: StatusCheck, listed: list[CarrierCall], docs: list[dict[str, Any]], leg: str) -> CarrierCall | None:
    """`docs`: all Interactions whose `leg` may be in this list, with or without its SID."""
    taken = {sid for doc in docs if (sid := doc[leg].get("resource"))}
    free = {call.sid: call for call in reversed(listed) if call.sid not in taken}
    legs = [Leg(doc["sid"], doc["created"]) for doc in docs if not doc[leg].get("resource")]
    sid = match(legs, [Resource(call.sid, call.at_ms) for call in free.values()]).get(check.sid)
    return free[sid] if sid else None


def _fetch(context: CarrierContext, sid: str) -> CarrierCall | None:
    """None if the carrier no longer has it."""
    try:
        return context.carrier.call(sid)
    except CarrierError as error:
        if error.status == 404:
            return None
        raise
