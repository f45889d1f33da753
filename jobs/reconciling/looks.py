"""Interactions whose end nobody told: found in the carrier's lists and noted, or missing there and said so."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from common import failures
from common.claim_worker import Claim, ClaimWorker, Result
from common.errors import CarrierError
from common.runtime import Runtime
from common.worker_slots import Receiver, WorkerSlots
from jobs.reconciling import calls, messages
from jobs.reconciling.look import Desk, Look
from services.accounts import carrier_of
from storage.seal import SealBroken

BATCH = 20
#: Of which the job uses one at a time; the others are for what still hangs of a former run.
THREADS = 4
#: Nobody else looks meanwhile; and what a carrier did not answer is asked again after it.
LEASE_SECONDS = 60
#: Answers that the next request would get as well.
HOPELESS = frozenset({0, 401, 403, 429, 503})


def reconcile_service(rt: Runtime, service_sid: str, account_sid: str) -> None:
    rt.part(LookWorker).run(account_sid, Receiver(account_sid, service_sid, "look"))


class LookWorker(ClaimWorker[Claim]):
    """One batch after the other, each a claim. A look notes itself what it found: there is nothing to settle."""

    work = "look"
    log = logging.getLogger("maskline.reconciling")
    turn_seconds = 10.0
    last_seconds = 0.0

    def __init__(self, rt: Runtime) -> None:
        super().__init__(rt, Claim, WorkerSlots(THREADS, THREADS, 1))

    def claim_due(self, places: Sequence[Receiver]) -> Sequence[dict[str, Any]]:
        args = {"most": BATCH, "lease_ms": LEASE_SECONDS * 1000}
        answer = self.rt.store.service("claim_watched", places[0].service_sid, args)
        return [answer] if answer["looks"] or answer["more"] else []

    def act(self, claim: Claim) -> Result | None:
        """None if the carrier does not answer just now: what is left comes up again."""
        desk = Desk(self.rt, claim.service_sid, carrier_of(self.rt, claim.account_sid))
        for group in _groups([Look.of(doc) for doc in claim.doc["looks"] or ()]):
            try:
                (messages if group[0].kind == "message" else calls).look(desk, group)
            except CarrierError as error:
                self.log.warning(
                    "the carrier's lists (status %d, code %d): tried again later", error.status, error.code
                )
                if error.status in HOPELESS:
                    return None
            except (SealBroken, ValueError, LookupError) as error:
                # A text that does not open, an answer that cannot be read: the others are looked at all the same.
                failures.note("look", ", ".join(one.sid for one in group), error)
        return Result("looked")

    def settle(self, claim: Claim, result: Result | None, go_on: bool) -> Claim | None:
        return self.claim_another(claim) if result and claim.doc["more"] and go_on else None


def _groups(looks: list[Look]) -> Iterator[list[Look]]:
    """Those that the same list tells of."""
    for _, group in groupby(sorted(looks, key=lambda one: one.list_key), key=lambda one: one.list_key):
        yield list(group)
