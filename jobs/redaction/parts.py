"""TwiML sends a long text as several messages. We know the SID of the last; this finds the others in a list."""

from __future__ import annotations

import json
from typing import Any

from carrier.client import Carrier
from carrier.text_parts import parts
from common.identifiers import MESSAGE, identifier_associated_data, outgoing
from common.runtime import Runtime
from sessions.codec import interaction_associated_data

#: The direction of messages sent by TwiML.
REPLY = "outbound-reply"
#: All parts are sent at once, but the carrier's times are in whole seconds and its clock may differ from ours.
BEFORE_MS, AFTER_MS = 60_000, 3_600_000
MAX_LIST = 1000


def find_earlier_parts(rt: Runtime, carrier: Carrier, service_sid: str, claim: dict[str, Any]) -> list[str]:
    """SIDs of the parts before the last that still have their text. Raises CarrierError."""
    doc, person = claim.get("interaction"), claim.get("person")
    if not doc or not person or "sealed" not in doc:
        return []
    body = json.loads(rt.seal.open(doc["sealed"], interaction_associated_data(service_sid, doc["sid"])))["body"]
    texts = [part.split() for part in parts(body)[:-1]]
    if not texts:
        return []
    to = outgoing(rt.seal.open(person["sealed"], identifier_associated_data(service_sid, person["sid"])), MESSAGE)
    at_ms = doc["created"]
    listed = carrier.messages_between(at_ms - BEFORE_MS, at_ms + AFTER_MS, MAX_LIST, to, person["number"])
    return [message.sid for message in listed if message.direction == REPLY and message.body.split() in texts]
