"""Interactions whose end nobody told: found in the carrier's lists and noted, or missing there and said so."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from itertools import groupby

from common import failures
from common.errors import CarrierError
from common.runtime import Runtime
from jobs.reconciling import calls, messages
from jobs.reconciling.look import Desk, Look
from services.accounts import carrier_of
from storage.seal import SealBroken

log = logging.getLogger("maskline.reconciling")

#: Of one Service in one run: it holds up no other.
SECONDS = 10.0
BATCH = 20
#: Nobody else looks meanwhile; and what a carrier did not answer is asked again after it.
LEASE_SECONDS = 60
#: Answers that the next request would get as well.
HOPELESS = frozenset({0, 401, 403, 429, 503})


def reconcile_service(rt: Runtime, service_sid: str, account_sid: str) -> int:
    """Returns at how many Interactions it looked."""
    desk = Desk(rt, service_sid, carrier_of(rt, account_sid))
    deadline, looked = time.monotonic() + SECONDS, 0
    while time.monotonic() < deadline:
        args = {"most": BATCH, "lease_ms": LEASE_SECONDS * 1000}
        claimed = rt.store.service("claim_watched", service_sid, args)
        looks = [Look.of(doc) for doc in claimed["looks"] or ()]
        looked += len(looks)
        if not _all(desk, looks) or not claimed["more"]:
            break
    return looked


def _all(desk: Desk, looks: list[Look]) -> bool:
    """False if the carrier does not answer just now: what is left comes up again."""
    for group in _groups(looks):
        try:
            (messages if group[0].kind == "message" else calls).look(desk, group)
        except CarrierError as error:
            log.warning("the carrier's lists (status %d, code %d): tried again later", error.status, error.code)
            if error.status in HOPELESS:
                return False
        except (SealBroken, ValueError, LookupError) as error:
            # A text that does not open, an answer that cannot be read: the others are looked at all the same.
            failures.note("look", ", ".join(one.sid for one in group), error)
    return True


def _groups(looks: list[Look]) -> Iterator[list[Look]]:
    """Those that the same list tells of."""
    for _, group in groupby(sorted(looks, key=lambda one: one.list_key), key=lambda one: one.list_key):
        yield list(group)
