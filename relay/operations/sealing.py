"""A message's text as its Interaction keeps it: sealed, and counted as the carrier counts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from relay.channels.segments import segments
from sessions.codec import data_place

if TYPE_CHECKING:
    from relay.runtime import Runtime


def sealed_text(rt: Runtime, service_sid: str, interaction_sid: str, data: dict[str, Any]) -> dict[str, Any]:
    """What the scripts take of {"body": …}, and of what else the data hold. A file alone counts as one segment."""
    counted, files = segments(data["body"]), len(data) > 1
    sealed = rt.seal.seal(json.dumps(data, ensure_ascii=False), data_place(service_sid, interaction_sid))
    return {"sealed": sealed, "segments": max(counted.count, int(files)), "encoding": counted.encoding}
