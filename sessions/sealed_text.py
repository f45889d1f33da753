"""A message's text as its Interaction stores it: sealed, with the number of segments that the carrier counts."""

from __future__ import annotations

from typing import Any

from carrier.segments import Encoding, segments
from carrier.text_parts import parts
from common.runtime import Runtime
from sessions.codec import interaction_associated_data
from storage import compact_json


def sealed_text(rt: Runtime, service_sid: str, interaction_sid: str, data: dict[str, Any]) -> dict[str, Any]:
    """Arguments for the scripts. `data`: {"body": …} and, for a message with files, {"media": …}.

    `segments_each`: the segments of each part of a long text. A message with only a file counts as one segment.
    """
    counted, files = [segments(part) for part in parts(data["body"])], len(data) > 1
    each, wide = [one.count for one in counted], any(one.encoding is Encoding.UCS_2 for one in counted)
    return {
        "sealed": rt.seal.seal(compact_json.dumps(data), interaction_associated_data(service_sid, interaction_sid)),
        "segments": max(sum(each), int(files)),
        "encoding": Encoding.UCS_2 if wide else Encoding.GSM_7,
        **({"segments_each": each} if len(each) > 1 else {}),
    }
