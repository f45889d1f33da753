"""A long text went by TwiML in several messages of which we know the last: the others by the carrier's list."""

from __future__ import annotations

import json
from typing import Any

from carrier.client import Carrier
from carrier.text_parts import parts
from common.identifiers import MESSAGE, identifier_associated_data, outgoing
from common.runtime import Runtime
from sessions.codec import interaction_associated_data

#: TwiML's messages.
REPLY = "outbound-reply"
#: Parts are sent at once; the carrier tells seconds, and its clock is not ours.
BEFORE_MS, BEHIND_MS = 60_000, 3_600_000
MOST = 1000


def before_the_last(rt: Runtime, carrier: Carrier, service_sid: str, claim: dict[str, Any]) -> list[str]:
    """SIDs of the other parts that still have their words. Raises CarrierError."""
    doc, person = claim.get("interaction"), claim.get("person")
    if not doc or not person or "sealed" not in doc:
        return []
    body = json.loads(rt.seal.open(doc["sealed"], interaction_associated_data(service_sid, doc["sid"])))["body"]
    words = [part.split() for part in parts(body)[:-1]]
    if not words:
        return []
    to = outgoing(rt.seal.open(person["sealed"], identifier_associated_data(service_sid, person["sid"])), MESSAGE)
    at_ms = doc["created"]
    listed = carrier.messages_between(at_ms - BEFORE_MS, at_ms + BEHIND_MS, MOST, to, person["number"])
    return [one.sid for one in listed if one.direction == REPLY and one.body.split() in words]
