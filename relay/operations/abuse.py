"""What bounds abuse, as the scripts need it: rates, the print by which a loop is seen, the day's ceiling.

The scripts decide; here is what they cannot know: the settings, and what the account may still hand out.
"""

from __future__ import annotations

import logging
import re
import time
import unicodedata
from typing import TYPE_CHECKING, Any

from relay.errors import Refused
from relay.operations.known import known, run_known
from relay.operations.outcome import SENTENCES, checked
from relay.sids import new

if TYPE_CHECKING:
    from relay.operations.inbound import Inbound
    from relay.runtime import Runtime

log = logging.getLogger("maskline.abuse")

#: A Service gets such a part of its account's day at once, so that few messages wait for two trips.
PARTS = 200
CEILING = 63038
#: An auto-responder may write the moment; people write no seconds.
_MOMENT = re.compile(r"[0-9]{1,2}:[0-9]{2}:[0-9]{2}")
#: Two letters are no sentence that a machine would say, and neither are faces and hands.
LEAST_LETTERS = 3
DAY_SECONDS = 86_400


def limits(rt: Runtime, service_sid: str, inbound: Inbound) -> dict[str, Any]:
    """Of accept.lua. What was written long ago and is found at once came no faster than it was written: no rates."""
    args: dict[str, Any] = {} if inbound.late_at_ms is not None else {"rates": rt.rates[inbound.kind]}
    if text := _print(inbound.body or ""):
        args["print"] = rt.index.of(service_sid, "print", text)
    return {**args, **ceiling(rt)}


def ceiling(rt: Runtime) -> dict[str, Any]:
    return {"ceiling": True} if rt.settings.segments_per_day else {}


def _print(body: str) -> str | None:
    """What two texts have in common that say the same; None of one that says next to nothing."""
    text = _MOMENT.sub("", " ".join(unicodedata.normalize("NFKC", body).casefold().split()))
    return text if sum(map(str.isalnum, text)) >= LEAST_LETTERS else None


def run(rt: Runtime, script: str, service_sid: str, args: dict[str, Any]) -> dict[str, Any]:
    """A script that may need more of the account's day: asked for at the account, and then decided either way.

    While the account cannot tell, nothing is sent. Raises as `checked`, StoreUnavailable.
    """
    answer = run_known(rt, script, service_sid, args)
    if answer.get("outcome") == "short":
        grant = _grant(rt, service_sid, answer)
        # Not by version any more: it was of the right one a moment ago, and what the account gave must not be lost.
        answer = rt.store.service(script, service_sid, {**args, "grant": grant})
    if answer.get("error") == CEILING:
        raise Refused(CEILING, SENTENCES[CEILING], _seconds_left(rt))
    return checked(answer)


def _seconds_left(rt: Runtime) -> int:
    """Of this day, UTC."""
    now = rt.store.clock() / 1000 if rt.store.clock else time.time()
    return int(DAY_SECONDS - now % DAY_SECONDS) + 1


def _grant(rt: Runtime, service_sid: str, asked: dict[str, Any]) -> dict[str, Any]:
    most, account_sid = rt.settings.segments_per_day, known(rt, service_sid).service.account_sid
    args = {
        "service": service_sid, "token": new(""), "day": asked["day"], "need": asked["need"],
        "chunk": max(1, most // PARTS), "most": most,
    }  # fmt: skip
    granted: dict[str, Any] = rt.store.account("grant_segments", account_sid, args)
    if granted["segments"] < asked["need"] and rt.exhausted.get(account_sid) != granted["day"]:
        rt.exhausted[account_sid] = granted["day"]
        log.error("%s has sent as many segments today as SEGMENTS_PER_DAY allows: nothing more is sent", account_sid)
    return granted
