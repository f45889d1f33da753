"""Compares numbers' webhooks at the carrier with ours: reports what others changed, renews the tokens of the URLs.

A change by others is only reported. What changed here (the token's window, how long the carrier waits) is set anew, in
each URL that still leads here: somebody may have taken only the calls of a number elsewhere.
"""

from __future__ import annotations

import json
import logging
import random
import time
from collections.abc import Callable
from typing import Any

from carrier.client import Carrier
from common.errors import CarrierError
from common.model import Service
from common.runtime import Runtime
from pool import number_webhooks
from pool.repointing import HeldElsewhere, note, renew
from services.accounts import carrier_of
from services.services import find_service
from storage import keys

log = logging.getLogger(__name__)

#: For one Service in one run. The numbers that are to be renewed come first, the others in random order.
SECONDS = 10.0


def check_drift(rt: Runtime, service_sid: str, may_begin: Callable[[], bool] = lambda: True) -> list[str]:
    """Returns the SIDs of the numbers that no longer lead here; each change is recorded as an event.

    Stops once `may_begin` says no: another worker may then do the same, and a number that has left the pool must not be
    changed.
    """
    stored = rt.store.guard(lambda: rt.store.client.hvals(keys.service("numbers", service_sid)))
    service = find_service(rt, service_sid) if stored else None
    if service is None:
        return []
    docs = [json.loads(text) for text in stored]
    random.shuffle(docs)
    waiting = sorted(docs, key=lambda doc: int(doc.get("url_since", 0)), reverse=True)
    carrier, found, deadline = carrier_of(rt, service.account_sid), list[str](), time.monotonic() + SECONDS
    while waiting and time.monotonic() < deadline and may_begin():
        doc = waiting.pop()
        if _is_wrong(rt, carrier, service, doc, may_begin):
            found.append(doc["sid"])
    _warn_of_old_urls(rt, service_sid)
    return found


def _is_wrong(
    rt: Runtime, carrier: Carrier, service: Service, doc: dict[str, Any], may_begin: Callable[[], bool]
) -> bool:
    sid = doc["sid"]
    try:
        wrong, since_ms = _look(rt, carrier, service, doc, may_begin)
    except CarrierError as error:
        log.warning("number %s could not be looked at or renewed (status %d)", sid, error.status)
        return False
    except HeldElsewhere:
        log.warning("number %s: another Service of this installation has it; remove it from %s", sid, service.sid)
        return False
    if wrong:
        log.warning("number %s: its %s at the carrier no longer lead here", sid, ", ".join(wrong))
    note(rt, service, sid, wrong, since_ms)
    return bool(wrong)


def _look(
    rt: Runtime, carrier: Carrier, service: Service, doc: dict[str, Any], may_begin: Callable[[], bool]
) -> tuple[list[str], int | None]:
    """The fields that do not lead here (`phone_number` if the account no longer has the number), and when the window of
    its URLs' token began (ms)."""
    try:
        found = number_webhooks.compare(rt, service, carrier.number(doc["sid"]))
        if not found.old or not may_begin():
            return found.wrong, found.since_ms
        return found.wrong, renew(rt, carrier, service, doc["number"], doc["sid"], found.old)
    except CarrierError as error:
        if error.status != 404:
            raise
        return ["phone_number"], None


def old_urls(rt: Runtime, service_sid: str) -> dict[str, int]:
    """SID -> seconds until the carrier's requests to its URLs are refused (0: already), for numbers whose URLs should
    have been renewed long ago: more than half of the window after theirs has passed."""
    window_ms, now = 1000 * rt.settings.replay_window_seconds, rt.now_ms()
    stored = rt.store.guard(lambda: rt.store.client.hvals(keys.service("numbers", service_sid)))
    ends = {doc["sid"]: doc.get("url_since", 0) + 2 * window_ms for doc in (json.loads(text) for text in stored)}
    return {sid: max(0, int(end - now) // 1000) for sid, end in ends.items() if end - now < window_ms // 2}


def _warn_of_old_urls(rt: Runtime, service_sid: str) -> None:
    for sid, seconds in old_urls(rt, service_sid).items():
        if seconds:
            text = "its webhook URLs could not be renewed; in %d minutes texts and calls to it are refused"
            log.warning(f"number %s: {text}", sid, seconds // 60)
        else:
            log.error("number %s: its webhook URLs were not renewed in time, so texts and calls to it are refused", sid)
