"""One claim of the outbox: sent, or, if nobody knows whether it was, looked for in the carrier's list.

Facts (Twilio, on errors of its API): a 429 was never processed and may be repeated; after a 5xx or without an answer
the message may have gone out all the same; any other 4xx is final but for a login to be mended and a full queue there.
"""

from __future__ import annotations

import json
import time
from dataclasses import replace
from typing import Any

from carrier.client import Carrier, CarrierMessage, MessageOrder
from carrier.text_parts import parts
from carrier.webhook_urls import Purpose, url
from common import failures
from common.claim_worker import Claim, Result
from common.errors import CarrierError
from common.identifiers import MESSAGE, identifier_associated_data, outgoing
from common.runtime import Runtime
from media import file_store
from outbox.rules import ms
from outbox.rules import rules as outbox_rules
from policy.quiet_hours import hours, next_moment
from services.accounts import carrier_of
from sessions.codec import interaction_associated_data
from storage.store import StoreUnavailable

#: Refusals of what may go later: our login is to be mended, the number's queue there is full.
LOGIN, QUEUE_FULL = 401, 21611
#: The direction of what went by its API; others are relayed texts and our own words.
SENT_BY_API = "outbound-api"
#: Of the carrier's messages from one number to one phone, so many are looked through.
MOST_LOOKED_AT = 100
#: The carrier tells seconds, and its clock is not ours: a message that is overlooked is sent twice.
SLACK_MS = 30_000


class Outgoing(Claim):
    """A message that is ours to send until the claim ends."""

    __slots__ = ()

    @property
    def entry(self) -> dict[str, Any]:
        found: dict[str, Any] = self.doc["entry"]
        return found

    @property
    def part(self) -> int:
        """Of a long text: which one it is, from 0."""
        return int(self.entry.get("part", 0))

    @property
    def sid(self) -> str:
        """Of its Interaction."""
        return str(self.entry["sid"])


def attempt(rt: Runtime, claim: Outgoing) -> Result | None:
    """What came of it; None if the claim is too old to act on."""
    try:
        carrier = carrier_of(rt, claim.account_sid)
        order = _order(rt, claim) if "person" in claim.doc else None
    except StoreUnavailable:
        raise
    except Exception as error:
        # Nothing was asked of the carrier, and what cannot be read would never get further.
        failures.note("sending", claim.sid, error)
        return Result("broken", {"reason": "unreadable"})
    if claim.entry["state"] == "in_doubt":
        return _look(rt, carrier, claim, order)
    if order is None:
        return None
    return _held(claim, order) or _send(rt, carrier, claim, order)


def _held(claim: Outgoing, order: MessageOrder) -> Result | None:
    """If it is night where the recipient is, and the Service has quiet hours for such a message."""
    quiet = claim.doc.get("quiet")
    window = hours(quiet["hours"]) if quiet else None
    if quiet is None or window is None:
        return None
    now = claim.entry["tried"]
    day = next_moment(order.to, now, window, claim.doc.get("zone"))
    if day == now:
        return None
    if now >= quiet["ends"]:
        return Result("expired", {"until": quiet["ends"]})
    return Result("held", {"until": min(day, quiet["ends"]), "quiet": quiet})


def _send(rt: Runtime, carrier: Carrier, claim: Outgoing, order: MessageOrder) -> Result | None:
    time.sleep(claim.doc["wait_ms"] / 1000)
    # Files go with the last part of a long text.
    files = file_store.links(rt, claim.doc.get("media") or ()) if order.status_url else []
    if files is None:
        return Result("files", {"delay_ms": ms(rt.part(outbox_rules).look)})
    order = replace(order, media=[*files, *order.media])
    rt.failpoint("before_post")
    # The last thing before the request: whatever froze this process did so before, or within it.
    if claim.is_older_than(rt.part(outbox_rules).fence):
        return None
    try:
        sid, status = carrier.send_message(order)
    except CarrierError as error:
        return _failed(rt, claim, error)
    rt.failpoint("after_post")
    return Result(_sent(order), {"resource": sid, "state": status})


def _sent(order: MessageOrder) -> str:
    """What is told of is the last part."""
    return "sent" if order.status_url else "part"


def _failed(rt: Runtime, claim: Outgoing, error: CarrierError) -> Result:
    reason = _why_again(error)
    if reason:
        delay = ms(rt.part(outbox_rules).delay(claim.entry["tries"]))
        return Result("again", {"delay_ms": delay, "reason": reason})
    if error.in_doubt:
        return Result("doubt", {"delay_ms": ms(rt.part(outbox_rules).look)})
    return Result("failed", {"state": "failed", "code": error.code or None})


def _why_again(error: CarrierError) -> str | None:
    """Why a request that the carrier never processed may do better later."""
    if error.unsent:
        return "carrier_unreachable"
    if error.status == LOGIN:
        return "carrier_login"
    return "carrier_busy" if error.status == 429 or error.code == QUEUE_FULL else None


def _order(rt: Runtime, claim: Outgoing) -> MessageOrder:
    person = identifier_associated_data(claim.service_sid, claim.doc["recipient"])
    data = json.loads(rt.seal.open(claim.doc["sealed"], interaction_associated_data(claim.service_sid, claim.sid)))
    # A blank text is the carrier's to refuse.
    texts = parts(data["body"]) or [""]
    last = claim.part == len(texts) - 1
    return MessageOrder(
        to=outgoing(rt.seal.open(claim.doc["person"], person), MESSAGE),
        caller_id=claim.entry["number"],
        body=texts[claim.part],
        # Like in an answer: the Interaction follows the last one.
        status_url=url(rt, Purpose.STATUS, claim.service_sid, claim.sid) if last else None,
        media=[data["media_url"]] if "media_url" in data else [],
        discard=bool(claim.entry.get("discard")),
        obfuscate=bool(claim.entry.get("obfuscate")),
    )


def _look(rt: Runtime, carrier: Carrier, claim: Outgoing, order: MessageOrder | None) -> Result:
    """Evidence: the carrier's own list. What other Interactions have is not this one's."""
    later = {"delay_ms": ms(rt.part(outbox_rules).look)}
    if order is None:
        return Result("looked", later)
    if order.obfuscate:
        # The list has it under another number than this person's, or not at all: whether it went out it does not say.
        return Result("looked", {**later, "blind": True})
    try:
        listed = carrier.messages_to(order.to, order.caller_id, MOST_LOOKED_AT)
    except CarrierError:
        return Result("unseen", later)
    since = claim.entry["first"] - SLACK_MS
    near = [one for one in reversed(listed) if one.direction == SENT_BY_API and one.at_ms >= since]
    mine = [one for one in near if order.discard or _same_words(one, order)]
    taken = _taken(rt, claim) if mine else set()
    free = [one for one in mine if one.sid not in taken]
    if not free:
        return Result("looked", later)
    if order.discard and len(free) > 1:
        # Without their words nobody can tell which one it is, or whether it is one of them.
        return Result("looked", {**later, "blind": True})
    found = free[0]
    told = {"found": True, "resource": found.sid, "state": found.status, "code": found.code}
    return Result(_sent(order), told)


def _same_words(one: CarrierMessage, order: MessageOrder) -> bool:
    """The carrier may trim a text, and fold its spaces."""
    return one.body.split() == order.body.split()


def _taken(rt: Runtime, claim: Outgoing) -> set[str]:
    args = {"session": claim.doc["session"], "participant": claim.doc["recipient"], "most": MOST_LOOKED_AT * 2}
    answer = rt.store.service("list_sent", claim.service_sid, args)
    return {str(sid) for sid in answer["resources"] or ()}
