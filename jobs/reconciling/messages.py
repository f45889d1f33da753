"""Relayed messages: what became of them by the carrier's list."""

from __future__ import annotations

import json
from collections.abc import Hashable, Sequence
from typing import Any

from carrier.client import CarrierMessage
from carrier.text_parts import parts
from common.errors import CarrierError
from common.identifiers import MESSAGE
from jobs.reconciling.look import MOST, NEAR_MS, Desk, Look
from jobs.reconciling.matching import SLACK_MS, Leg, Resource, match
from policy.sentences.sentences import SENTENCES
from services.snapshot import read_snapshot
from sessions.codec import interaction_associated_data

LOST = "delivery-unknown"
#: Older ones without an end may still have the resource that looks like a younger one's.
BEFORE_MS = 60_000
#: TwiML's messages; others from the same number to the same phone are the app's own.
REPLY = "outbound-reply"


def look(desk: Desk, group: Sequence[Look]) -> None:
    """`group`: of one Session, to one participant. Raises CarrierError."""
    for one in group:
        if one.outbound_sid:
            _ask_for(desk, one, one.outbound_sid)
    sought = [one for one in group if not one.outbound_sid]
    if sought:
        _search(desk, sought)


def _ask_for(desk: Desk, one: Look, sid: str) -> None:
    try:
        message = desk.carrier.message(sid)
    except CarrierError as error:
        if error.status != 404:
            raise
        desk.missing(one, LOST, resource=sid)
        return
    _note(desk, one, message)


def _note(desk: Desk, one: Look, message: CarrierMessage) -> None:
    desk.found(one, message.sid, state=message.status, code=message.code)


def _search(desk: Desk, sought: Sequence[Look]) -> None:
    """Reads the list before our own Interactions: what the carrier has, they have as well."""
    from_ms = min(one.at_ms for one in sought) - BEFORE_MS
    to_ms = max(one.at_ms for one in sought) + NEAR_MS
    listed = _listed(desk, sought[0], from_ms - SLACK_MS)
    docs = desk.near(str(sought[0].doc["session"]), from_ms, to_ms)
    if listed is None or docs is None:
        return
    legs, taken = _legs(desk, sought[0].callee.sid, docs)
    own = _own_words(desk) - {leg.body for leg in legs}
    free = {one.sid: one for one in listed if one.at_ms <= to_ms and one.sid not in taken and one.body not in own}
    found = match(legs, [Resource(one.sid, one.at_ms, one.body) for one in free.values()])
    for one in sought:
        sid = found.get((one.sid, len(_parts(desk, one.doc)) - 1))
        if sid:
            _note(desk, one, free[sid])
        else:
            desk.missing(one, LOST, whole=len(_parts(desk, one.doc)) == 1)


def _listed(desk: Desk, one: Look, from_ms: int) -> list[CarrierMessage] | None:
    """Oldest first; None if the list is too long to hold all of that time."""
    found = desk.carrier.messages_to(desk.dialled(one.callee, MESSAGE), one.callee.number, MOST)
    if len(found) == MOST and found[-1].at_ms >= from_ms:
        return None
    return [one for one in reversed(found) if one.at_ms >= from_ms and one.direction == REPLY]


def _legs(desk: Desk, callee_sid: str, docs: Sequence[dict[str, Any]]) -> tuple[list[Leg], set[str]]:
    """What there should be, each part of a long text for itself, and the SIDs of what was found before."""
    legs, taken = list[Leg](), set[str]()
    for doc in docs:
        outbound = doc.get("outbound") or {}
        if doc["type"] != "message" or outbound.get("participant") != callee_sid or _by_outbox(doc):
            continue
        parts = [Leg(_key(doc, n), doc["created"], part) for n, part in enumerate(_parts(desk, doc))]
        if sid := outbound.get("resource"):
            taken.add(sid)
            parts = parts[:-1]
        if outbound["state"] != LOST:
            legs += parts
    return legs, taken


def _by_outbox(doc: dict[str, Any]) -> bool:
    """What is sent by the carrier's API is no reply, and the outbox looks for it itself."""
    return not doc.get("inbound") or doc["outbound"].get("by") == "outbox"


def _key(doc: dict[str, Any], part: int) -> Hashable:
    return doc["sid"], part


def _parts(desk: Desk, doc: dict[str, Any]) -> list[str]:
    if "sealed" not in doc:
        return [""]
    data = json.loads(desk.rt.seal.open(doc["sealed"], interaction_associated_data(desk.service_sid, doc["sid"])))
    return parts(data["body"])


def _own_words(desk: Desk) -> set[str]:
    """What we say ourselves from the same number to the same phone."""
    ours = {text for texts in SENTENCES.values() for text in texts.values()}
    return ours | set(read_snapshot(desk.rt, desk.service_sid).sentences.values())
