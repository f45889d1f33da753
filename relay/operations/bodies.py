"""The text of an Interaction, as a script stores it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from relay.channels.message import parts
from relay.channels.segments import Encoding, segments
from sessions.codec import data_place

if TYPE_CHECKING:
    from relay.runtime import Runtime


def body_args(rt: Runtime, service_sid: str, interaction_sid: str, body: str) -> dict[str, Any]:
    """`sealed`: the Interaction's data; `segments` and `encoding` as the carrier counts them.

    A long text goes in parts: `segments_each` of those.
    """
    data, counted = json.dumps({"body": body}, ensure_ascii=False), [segments(part) for part in parts(body)]
    each, wide = [one.count for one in counted], any(one.encoding is Encoding.UCS_2 for one in counted)
    return {
        "sealed": rt.seal.seal(data, data_place(service_sid, interaction_sid)),
        "segments": sum(each),
        "encoding": Encoding.UCS_2 if wide else Encoding.GSM_7,
        **({"segments_each": each} if len(each) > 1 else {}),
    }
