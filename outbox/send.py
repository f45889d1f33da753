"""Processes one claim of the outbox: sends the message, or looks up a message in doubt in the carrier's list.

Facts (Twilio, on errors of its API): a request with 429 was not processed and may be repeated. After a 5xx or without
an answer the message may have been sent. Any other 4xx is final, except wrong credentials and a full queue.
"""

from __future__ import annotations

import json
import time
from dataclasses import replace
from typing import Any

from carrier.client import Carrier
from carrier.model import CarrierMessage, MessageOrder
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

#: Refusals after which a later try may succeed: wrong credentials, and a full queue of the number at the carrier.
LOGIN, QUEUE_FULL = 401, 21611
#: The direction of messages sent by its API; those in webhook answers have another.
SENT_BY_API = "outbound-api"
#: How many of the carrier's messages from one number to one phone are searched.
MAX_LISTED = 100
#: The carrier's times are in whole seconds and its clock may differ from ours; a message that is missed is sent twice.
SLACK_MS = 30_000


class OutgoingClaim(Claim):
    """A message that this process may send until the claim ends."""

    __slots__ = ()

    @property
    def entry(self) -> dict[str, Any]:
        entry: dict[str, Any] = self.doc["entry"]
        return entry

    @property
    def part(self) -> int:
        """The index of the part of a long text, from 0."""
        return int(self.entry.get("part", 0))

    @property
    def sid(self) -> str:
        """The Interaction's SID."""
        return str(self.entry["sid"])


def attempt(rt: Runtime, claim: OutgoingClaim) -> Result | None:
    """Sends or looks up the message. None if the claim is too old to send."""
    try:
        carrier = carrier_of(rt, claim.account_sid)
        order = _order(rt, claim) if "person" in claim.doc else None
    except StoreUnavailable:
        raise
    except Exception as error:
        # No request was made, and a message that cannot be decrypted fails the same way every time.
        failures.note("sending", claim.sid, error)
        return Result("broken", {"reason": "unreadable"})
    if claim.entry["state"] == "in_doubt":
        return _look_up(rt, carrier, claim, order)
    if order is None:
        return None
    return _hold(claim, order) or _send(rt, carrier, claim, order)


def _hold(claim: OutgoingClaim, order: MessageOrder) -> Result | None:
    """`held` or `expired` if it is in the recipient's quiet hours; None if the message may be sent now."""
    quiet = claim.doc.get("quiet")
    window = hours(quiet["hours"]) if quiet else None
    if quiet is None or window is None:
        return None
    now = claim.entry["tried"]
    allowed_at = next_moment(order.to, now, window, claim.doc.get("zone"))
    if allowed_at == now:
        return None
    if now >= quiet["ends"]:
        return Result("expired", {"until": quiet["ends"]})
    return Result("held", {"until": min(allowed_at, quiet["ends"]), "quiet": quiet})


def _send(rt: Runtime, carrier: Carrier, claim: OutgoingClaim, order: MessageOrder) -> Result | None:
    time.sleep(claim.doc["wait_ms"] / 1000)
    # Files are sent with the last part of a long text.
    files = file_store.links(rt, claim.doc.get("media") or ()) if order.status_url else []
    if files is None:
        return Result("files", {"delay_ms": ms(rt.part(outbox_rules).look)})
    order = replace(order, media=[*files, *order.media])
    rt.failpoint("before_post")
    # The last check before the request: if this process was suspended before, it does not send.
    if claim.is_older_than(rt.part(outbox_rules).fence):
        return None
    try:
        sid, status = carrier.send_message(order)
    except CarrierError as error:
        return _failed(rt, claim, error)
    rt.failpoint("after_post")
    return Result(_sent_outcome(order), {"resource": sid, "state": status})


def _sent_outcome(order: MessageOrder) -> str:
    """`sent` for the last part, which has the status callback; else `part`."""
    return "sent" if order.status_url else "part"


def _failed(rt: Runtime, claim: OutgoingClaim, error: CarrierError) -> Result:
    reason = _retry_reason(error)
    if reason:
        delay = ms(rt.part(outbox_rules).delay(claim.entry["tries"]))
        return Result("again", {"delay_ms": delay, "reason": reason})
    if error.in_doubt:
        return Result("doubt", {"delay_ms": ms(rt.part(outbox_rules).look)})
    return Result("failed", {"state": "failed", "code": error.code or None})


def _retry_reason(error: CarrierError) -> str | None:
    """Why the request was not processed, if a later try may succeed; else None."""
    if error.unsent:
        return "carrier_unreachable"
    if error.status == LOGIN:
        return "carrier_login"
    return "carrier_busy" if error.status == 429 or error.code == QUEUE_FULL else None


def _order(rt: Runtime, claim: OutgoingClaim) -> MessageOrder:
    recipient = identifier_associated_data(claim.service_sid, claim.doc["recipient"])
    data = json.loads(rt.seal.open(claim.doc["sealed"], interaction_associated_data(claim.service_sid, claim.sid)))
    # The carrier refuses a blank text, so it is sent as it is.
    texts = parts(data["body"]) or [""]
    last = claim.part == len(texts) - 1
    return MessageOrder(
        to=outgoing(rt.seal.open(claim.doc["person"], recipient), MESSAGE),
        caller_id=claim.entry["number"],
        body=texts[claim.part],
        # As in a webhook's answer: the Interaction has the status of the last part.
        status_url=url(rt, Purpose.STATUS, claim.service_sid, claim.sid) if last else None,
        media=[data["media_url"]] if "media_url" in data else [],
        discard=bool(claim.entry.get("discard")),
        obfuscate=bool(claim.entry.get("obfuscate")),
    )


def _look_up(rt: Runtime, carrier: Carrier, claim: OutgoingClaim, order: MessageOrder | None) -> Result:
    """Whether the carrier's list has the message. A message of another Interaction does not count."""
    later = {"delay_ms": ms(rt.part(outbox_rules).look)}
    if order is None:
        return Result("looked", later)
    if order.obfuscate:
        # The list has it under another number than this person's, or not at all, so not finding it means nothing.
        return Result("looked", {**later, "blind": True})
    try:
        listed = carrier.messages_to(order.to, order.caller_id, MAX_LISTED)
    except CarrierError:
        return Result("unseen", later)
    since = claim.entry["first"] - SLACK_MS
    recent = [message for message in reversed(listed) if message.direction == SENT_BY_API and message.at_ms >= since]
    matching = [message for message in recent if order.discard or _same_text(message, order)]
    used = _used_resources(rt, claim) if matching else set()
    unused = [message for message in matching if message.sid not in used]
    if not unused:
        return Result("looked", later)
    if order.discard and len(unused) > 1:
        # Without texts it is unknown which one is this message, or whether any is.
        return Result("looked", {**later, "blind": True})
    match = unused[0]
    details = {"found": True, "resource": match.sid, "state": match.status, "code": match.code}
    return Result(_sent_outcome(order), details)


def _same_text(message: CarrierMessage, order: MessageOrder) -> bool:
    """Compares without spaces: the carrier may trim a text and merge its spaces."""
    return message.body.split() == order.body.split()


def _used_resources(rt: Runtime, claim: OutgoingClaim) -> set[str]:
    """SIDs of the carrier's messages that belong to other Interactions of this Session and recipient."""
    args = {"session": claim.doc["session"], "participant": claim.doc["recipient"], "most": MAX_LISTED * 2}
    answer = rt.store.service("list_sent", claim.service_sid, args)
    return {str(sid) for sid in answer["resources"] or ()}
