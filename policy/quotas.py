"""The limits against abuse: rates per minute, the fingerprint that shows a loop of machines, the segments of a day.

The scripts decide. This module gives them what they cannot know: the settings, and the account's remaining segments.
"""

from __future__ import annotations

import itertools
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
from common.steps import Steps, account_call, service_call
from services.snapshot import call_at_version

log = logging.getLogger("maskline.abuse")

#: A Service takes 1/200 of its account's daily segments at a time, so that few messages need a second trip to the
#: store.
PARTS = 200
CEILING = 63038
#: An auto-responder may write the time of day, with seconds; people do not write seconds.
_MOMENT = re.compile(r"[0-9]{1,2}:[0-9]{2}:[0-9]{2}")
#: A text with fewer letters and digits (yes, emoji) is too short to show that a machine repeats itself.
LEAST_LETTERS = 3
DAY_SECONDS = 86_400


class Exhausted:
    """Account -> the day (UTC, days since 1970) on which all its segments were sent, so that this is logged once."""

    def __init__(self, rt: Runtime) -> None:
        self.logged: dict[str, int] = {}


def rates(rt: Runtime) -> dict[str, dict[str, int]]:
    """Kind of inbound -> scope of the token bucket -> tokens a minute; 0 means no limit."""
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


def quota_arguments(rt: Runtime, service: Service, inbound: Inbound) -> dict[str, Any]:
    """The limits as arguments of accept.lua. Late messages are all found at once, so no rate applies to them."""
    args: dict[str, Any] = {} if inbound.late_at_ms is not None else {"rates": rt.part(rates)[inbound.kind]}
    if text := _fingerprint(inbound.body or ""):
        args["print"] = rt.index.of(service.sid, "print", text)
    return args


def ceiling_argument(rt: Runtime) -> dict[str, Any]:
    return {"ceiling": True} if rt.settings.segments_per_day else {}


def _fingerprint(body: str) -> str | None:
    """Equal for texts that say the same; None for a text that is too short to tell."""
    plain = body.lower() if body.isascii() else unicodedata.normalize("NFKC", body).casefold()
    text = _MOMENT.sub("", " ".join(plain.split()))
    letters = itertools.islice(filter(str.isalnum, text), LEAST_LETTERS)
    return text if len(list(letters)) == LEAST_LETTERS else None


def call_within_quota(
    rt: Runtime, service: Service, script: str, args: dict[str, Any], version: str | None = None
) -> Steps[dict[str, Any]]:
    """Calls a script that may need more of the account's daily segments: it takes them and calls the script again.

    `version`: a snapshot's version_to_compare. If the account's segments cannot be read, nothing is sent.
    Raises what `checked` raises, Stale, StoreUnavailable.
    """
    answer = yield from call_at_version(script, service.sid, args, version)
    if answer.get("outcome") == "short":
        grant = yield from _grant(rt, service, answer)
        # Without the version: it was right a moment ago, and the granted segments must not be lost.
        answer = yield service_call(script, service.sid, {**args, "grant": grant})
    if answer.get("error") == CEILING:
        raise Refused(CEILING, SENTENCES[CEILING], _seconds_left(rt))
    return checked(answer)


def _seconds_left(rt: Runtime) -> int:
    """Until the end of this day (UTC)."""
    now = rt.store.clock() / 1000 if rt.store.clock else time.time()
    return int(DAY_SECONDS - now % DAY_SECONDS) + 1


def _grant(rt: Runtime, service: Service, asked: dict[str, Any]) -> Steps[dict[str, Any]]:
    most, account_sid = rt.settings.segments_per_day, service.account_sid
    args = {
        "service": service.sid, "token": new(""), "day": asked["day"], "need": asked["need"],
        "chunk": max(1, most // PARTS), "most": most,
    }  # fmt: skip
    granted: dict[str, Any] = yield account_call("grant_segments", account_sid, args)
    logged = rt.part(Exhausted).logged
    if granted["segments"] < asked["need"] and logged.get(account_sid) != granted["day"]:
        logged[account_sid] = granted["day"]
        log.error("%s has sent as many segments today as SEGMENTS_PER_DAY allows: nothing more is sent", account_sid)
    return granted
