"""A message's text as its Interaction keeps it: sealed, and counted as the carrier counts."""

from __future__ import annotations

import json
from typing import Any

from carrier.segments import Encoding, segments
from carrier.text_parts import parts
from common.runtime import Runtime
from sessions.codec import data_place


def sealed_text(rt: Runtime, service_sid: str, interaction_sid: str, data: dict[str, Any]) -> dict[str, Any]:
    """What the scripts take of {"body": …}, and of what else the data hold. A file alone counts as one segment.

    A long text goes in parts: `segments_each` of those.
    """
    counted, files = [segments(part) for part in parts(data["body"])], len(data) > 1
    each, wide = [one.count for one in counted], any(one.encoding is Encoding.UCS_2 for one in counted)
    return {
        "sealed": rt.seal.seal(json.dumps(data, ensure_ascii=False), data_place(service_sid, interaction_sid)),
        "segments": max(sum(each), int(files)),
        "encoding": Encoding.UCS_2 if wide else Encoding.GSM_7,
        **({"segments_each": each} if len(each) > 1 else {}),
    }
