"""The text of an Interaction, as a script stores it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from relay.channels.segments import segments
from sessions.codec import data_place

if TYPE_CHECKING:
    from relay.runtime import Runtime


def body_args(rt: Runtime, service_sid: str, interaction_sid: str, body: str) -> dict[str, Any]:
    """`sealed`: the Interaction's data; `segments` and `encoding` as the carrier counts them."""
    data, counted = json.dumps({"body": body}, ensure_ascii=False), segments(body)
    return {
        "sealed": rt.seal.seal(data, data_place(service_sid, interaction_sid)),
        "segments": counted.count,
        "encoding": counted.encoding,
    }
