"""Relayed messages: reads their state from the carrier's API."""

from __future__ import annotations

import json
from collections.abc import Hashable, Sequence
from typing import Any

from carrier.model import CarrierMessage
from carrier.text_parts import parts
from common.errors import CarrierError
from common.identifiers import MESSAGE
from jobs.reconciling.matching import SLACK_MS, Leg, Resource, match
from jobs.reconciling.status_check import MAX_LIST, NEAR_MS, CarrierContext, StatusCheck
from policy.sentences.sentences import SENTENCES
from services.snapshot import read_snapshot
from sessions.codec import interaction_associated_data

LOST = "delivery-unknown"
#: An older message without a final state may own the resource that looks like a younger message's.
BEFORE_MS = 60_000
#: The direction of messages sent by TwiML; any other direction is a message that the app itself sent.
REPLY = "outbound-reply"


def reconcile(context: CarrierContext, checks: Sequence[StatusCheck]) -> None:
    """`checks`: of messages of one Session to one participant. Raises CarrierError."""
    for check in checks:
        if check.outbound_sid:
            _read_message(context, check, check.outbound_sid)
    without_sid = [check for check in checks if not check.outbound_sid]
    if without_sid:
        _search_list(context, without_sid)


def _read_message(context: CarrierContext, check: StatusCheck, sid: str) -> None:
    try:
        message = context.carrier.message(sid)
    except CarrierError as error:
        if error.status != 404:
            raise
        context.note_missing(check, LOST, resource=sid)
        return
    _note(context, check, message)


def _note(context: CarrierContext, check: StatusCheck, message: CarrierMessage) -> None:
    context.note_outbound(check, message.sid, state=message.status, code=message.code)


def _search_list(context: CarrierContext, checks: Sequence[StatusCheck]) -> None:
    """Reads the carrier's list before our Interactions, so that each listed message has its Interaction."""
    from_ms = min(check.at_ms for check in checks) - BEFORE_MS
    to_ms = max(check.at_ms for check in checks) + NEAR_MS
    listed = _listed(context, checks[0], from_ms - SLACK_MS)
    docs = context.interactions_between(str(checks[0].doc["session"]), from_ms, to_ms)
    if listed is None or docs is None:
        return
    legs, taken = _legs(context, checks[0].callee.sid, docs)
    notices = _notice_texts(context) - {leg.body for leg in legs}
    ours = [message for message in listed if message.at_ms <= to_ms and message.body not in notices]
    free = {message.sid: message for message in ours if message.sid not in taken}
    matched = match(legs, [Resource(message.sid, message.at_ms, message.body) for message in free.values()])
    for check in checks:
        last = len(_parts(context, check.doc)) - 1
        if sid := matched.get((check.sid, last)):
            _note(context, check, free[sid])
        else:
            context.note_missing(check, LOST, whole=last == 0)


def _listed(context: CarrierContext, check: StatusCheck, from_ms: int) -> list[CarrierMessage] | None:
    """Since `from_ms`, oldest first; None if the list is cut off before it reaches that time."""
    messages = context.carrier.messages_to(context.real_number(check.callee, MESSAGE), check.callee.number, MAX_LIST)
    if len(messages) == MAX_LIST and messages[-1].at_ms >= from_ms:
        return None
    return [message for message in reversed(messages) if message.at_ms >= from_ms and message.direction == REPLY]


def _legs(context: CarrierContext, callee_sid: str, docs: Sequence[dict[str, Any]]) -> tuple[list[Leg], set[str]]:
    """The legs to match, one for each part of a text, and the SIDs that Interactions already have."""
    legs, taken = list[Leg](), set[str]()
    for doc in docs:
        outbound = doc.get("outbound") or {}
        if doc["type"] != "message" or outbound.get("participant") != callee_sid or _by_outbox(doc):
            continue
        parts = [Leg(_key(doc, n), doc["created"], part) for n, part in enumerate(_parts(context, doc))]
        if sid := outbound.get("resource"):
            taken.add(sid)
            parts = parts[:-1]
        if outbound["state"] != LOST:
            legs += parts
    return legs, taken


def _by_outbox(doc: dict[str, Any]) -> bool:
    """True if it is sent by the carrier's API, not by TwiML: the outbox searches for these itself."""
    return not doc.get("inbound") or doc["outbound"].get("by") == "outbox"


def _key(doc: dict[str, Any], part: int) -> Hashable:
    return doc["sid"], part


def _parts(context: CarrierContext, doc: dict[str, Any]) -> list[str]:
    if "sealed" not in doc:
        return [""]
    data = json.loads(context.rt.seal.open(doc["sealed"], interaction_associated_data(context.service_sid, doc["sid"])))
    return parts(data["body"])


def _notice_texts(context: CarrierContext) -> set[str]:
    """Texts that we ourselves send from the same number to the same phone."""
    defaults = {text for texts in SENTENCES.values() for text in texts.values()}
    return defaults | set(read_snapshot(context.rt, context.service_sid).sentences.values())
