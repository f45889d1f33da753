"""What bounds abuse, as the scripts need it: rates, the print by which a loop is seen, the day's ceiling.

The scripts decide; here is what they cannot know: the settings, and what the account may still hand out.
"""

from __future__ import annotations

import logging
import re
import time
import unicodedata
from typing import Any

from carrier.inbound import Inbound
from common.errors import Refused
from common.model import Service
from common.runtime import Runtime
from common.script_errors import SENTENCES, checked
from common.sids import new
from services.snapshot import run_at_version

log = logging.getLogger("maskline.abuse")

#: A Service gets such a part of its account's day at once, so that few messages wait for two trips.
PARTS = 200
CEILING = 63038
#: An auto-responder may write the moment; people write no seconds.
_MOMENT = re.compile(r"[0-9]{1,2}:[0-9]{2}:[0-9]{2}")
#: Two letters are no sentence that a machine would say, and neither are faces and hands.
LEAST_LETTERS = 3
DAY_SECONDS = 86_400


class Exhausted:
    """Account -> the day (UTC, its number) whose segments are all sent, so that it is logged once."""

    def __init__(self, rt: Runtime) -> None:
        self.logged: dict[str, int] = {}


def rates(rt: Runtime) -> dict[str, dict[str, int]]:
    """Kind of inbound -> whose bucket it takes a token of -> tokens a minute; 0: no limit."""
    settings = rt.settings
    return {
        "message": {
            "person": settings.person_messages_per_minute,
            "pair": settings.pair_messages_per_minute,
            "service": settings.service_messages_per_minute,
        },
        "voice": {
            "person": settings.person_calls_per_minute,
            "pair": settings.pair_calls_per_minute,
            "service": settings.service_calls_per_minute,
        },
    }


def limits(rt: Runtime, service: Service, inbound: Inbound) -> dict[str, Any]:
    """Of accept.lua. What was written long ago and is found at once came no faster than it was written: no rates."""
    args: dict[str, Any] = {} if inbound.late_at_ms is not None else {"rates": rt.part(rates)[inbound.kind]}
    if text := _print(inbound.body or ""):
        args["print"] = rt.index.of(service.sid, "print", text)
    return {**args, **ceiling(rt)}


def ceiling(rt: Runtime) -> dict[str, Any]:
    return {"ceiling": True} if rt.settings.segments_per_day else {}


def _print(body: str) -> str | None:
    """What two texts have in common that say the same; None of one that says next to nothing."""
    text = _MOMENT.sub("", " ".join(unicodedata.normalize("NFKC", body).casefold().split()))
    return text if sum(map(str.isalnum, text)) >= LEAST_LETTERS else None


def run(rt: Runtime, service: Service, script: str, args: dict[str, Any], version: str | None = None) -> dict[str, Any]:
    """A script that may need more of the account's day: asked for at the account, and then decided either way.

    `version`: to be compared, of a snapshot. While the account cannot tell, nothing is sent.
    Raises as `checked`, Stale, StoreUnavailable.
    """
    answer = run_at_version(rt, service.sid, script, args, version)
    if answer.get("outcome") == "short":
        grant = _grant(rt, service, answer)
        # The version is compared no more: it was right a moment ago, and what the account gave must not be lost.
        answer = rt.store.service(script, service.sid, {**args, "grant": grant})
    if answer.get("error") == CEILING:
        raise Refused(CEILING, SENTENCES[CEILING], _seconds_left(rt))
    return checked(answer)


def _seconds_left(rt: Runtime) -> int:
    """Of this day, UTC."""
    now = rt.store.clock() / 1000 if rt.store.clock else time.time()
    return int(DAY_SECONDS - now % DAY_SECONDS) + 1


def _grant(rt: Runtime, service: Service, asked: dict[str, Any]) -> dict[str, Any]:
    most, account_sid = rt.settings.segments_per_day, service.account_sid
    args = {
        "service": service.sid, "token": new(""), "day": asked["day"], "need": asked["need"],
        "chunk": max(1, most // PARTS), "most": most,
    }  # fmt: skip
    granted: dict[str, Any] = rt.store.account("grant_segments", account_sid, args)
    logged = rt.part(Exhausted).logged
    if granted["segments"] < asked["need"] and logged.get(account_sid) != granted["day"]:
        logged[account_sid] = granted["day"]
        log.error("%s has sent as many segments today as SEGMENTS_PER_DAY allows: nothing more is sent", account_sid)
    return granted
