"""Our URLs that the carrier calls: those of one Interaction, and those of a number. None contains a number.

Nobody can guess their tokens. The carrier's signature covers a URL but no time, so a signed request could be sent again
years later. The token of a number's URL therefore says in which replay window it was made, and is accepted in that
window and the next one (relay/lua/modules/freshness.lua). The job check_numbers renews the URLs at the carrier.
"""

from __future__ import annotations

import hmac
import re
from enum import StrEnum

from common.runtime import Runtime

_TOKEN = re.compile(r"([0-9]{1,12})-([A-Za-z0-9_-]{24})", re.ASCII)


class Purpose(StrEnum):
    """STATUS: status of the outbound leg. ENDED: a bridged call has ended. WHISPER: what the callee hears first.

    CONNECT: the first leg of a placed call was answered. PLACED: status of that leg.
    """

    STATUS = "status"
    ENDED = "ended"
    WHISPER = "whisper"
    CONNECT = "connect"
    PLACED = "placed"


def url(rt: Runtime, purpose: Purpose, service_sid: str, interaction_sid: str) -> str:
    token = rt.index.proof(purpose, service_sid, interaction_sid)
    return f"{rt.settings.public_url}/webhooks/{service_sid}/{purpose}/{interaction_sid}/{token}"


def number_url(rt: Runtime, service_sid: str, path: str) -> str:
    """The URL for inbound traffic of the Service's numbers. `path`: message | voice."""
    return f"{rt.settings.public_url}/webhooks/{service_sid}/{path}/{number_token(rt, service_sid)}"


def number_token(rt: Runtime, service_sid: str) -> str:
    """The token of the present replay window: when the window began (s), and what nobody can guess."""
    window = rt.settings.replay_window_seconds
    since = str(rt.now_ms() // 1000 // window * window)
    return f"{since}-{_proof(rt, service_sid, since)}"


class GoodTokens:
    """The last good token of each Service, so that a webhook costs a comparison and no hash."""

    def __init__(self, rt: Runtime) -> None:
        self.last: dict[str, tuple[str, int]] = {}


def read_number_token(rt: Runtime, service_sid: str, token: str) -> int | None:
    """When the window of the token began (ms); None if it is no token of ours for this Service."""
    good = rt.part(GoodTokens).last
    text, since_ms = good.get(service_sid, ("", 0))
    if hmac.compare_digest(text.encode(), token.encode()):
        return since_ms or None
    found = _TOKEN.fullmatch(token)
    if found is None or not hmac.compare_digest(_proof(rt, service_sid, found[1]), found[2]):
        return None
    good[service_sid] = token, int(found[1]) * 1000
    return int(found[1]) * 1000


def _proof(rt: Runtime, service_sid: str, since: str) -> str:
    return rt.index.proof("number", service_sid, since)
