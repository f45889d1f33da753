"""Interactions without a final state from a webhook: each is read from the carrier, or noted as missing there."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import attrgetter
from typing import Any

from common import failures
from common.claim_worker import Claim, ClaimWorker, Result
from common.errors import CarrierError
from common.runtime import Runtime
from common.worker_slots import Receiver, WorkerSlots
from jobs.reconciling import calls, messages
from jobs.reconciling.status_check import LEASE_SECONDS, CarrierContext, StatusCheck
from services.accounts import carrier_of
from storage.seal import SealBroken

KIND = "status check"
BATCH = 20
#: The job uses one at a time; the others are spare, in case a request of an earlier run still hangs.
THREADS = 4
#: Status codes that the next request would get too.
STOPPING = frozenset({0, 401, 403, 429, 503})


def reconcile_service(rt: Runtime, service_sid: str, account_sid: str) -> None:
    rt.part(StatusCheckWorker).run(account_sid, Receiver(account_sid, service_sid, KIND))


class StatusCheckWorker(ClaimWorker[Claim]):
    """Each claim is one batch. Every check notes its own result, so there is nothing left to settle."""

    work = KIND
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
        """None if the carrier does not answer: the remaining checks are claimed again later."""
        context = CarrierContext(self.rt, carrier_of(self.rt, claim.account_sid), claim)
        for checks in _by_list([StatusCheck.from_claim(doc) for doc in claim.doc["looks"] or ()]):
            try:
                (messages if checks[0].kind == "message" else calls).reconcile(context, checks)
            except CarrierError as error:
                self.log.warning(
                    "reading the carrier's lists failed (status %d, code %d); it is tried again later",
                    error.status, error.code,
                )  # fmt: skip
                if error.status in STOPPING:
                    return None
            except (SealBroken, ValueError, LookupError) as error:
                # A text that cannot be opened or a response that cannot be read must not stop the other checks.
                failures.note(KIND, ", ".join(check.sid for check in checks), error)
        return Result("checked")

    def settle(self, claim: Claim, result: Result | None, go_on: bool) -> Claim | None:
        return self.claim_another(claim) if result and claim.doc["more"] and go_on else None


def _by_list(checks: list[StatusCheck]) -> Iterator[list[StatusCheck]]:
    """Groups of checks that read the same list of the carrier."""
    key = attrgetter("list_key")
    for _, group in groupby(sorted(checks, key=key), key=key):
        yield list(group)
