"""Redacts one Service's messages at the carrier: claims those that are due. Redacting one twice does no harm."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from typing import Any

from carrier.client import Carrier
from common.claim_worker import Claim, ClaimWorker, Result
from common.errors import CarrierError
from common.runtime import Runtime
from common.sids import new
from common.worker_slots import Receiver, WorkerSlots
from jobs.redaction.parts import find_earlier_parts
from jobs.redaction.response import STOPPING, result_of
from services.accounts import carrier_of
from storage.seal import SealBroken

THREADS = 4
#: No other worker gets a claimed message for this time; it is enough if the requests for all parts of a text hang.
LEASE_SECONDS = 180
KIND = "redaction"


def services_with_redactions(rt: Runtime, services: Iterable[str]) -> list[str]:
    """Those of `services` that have messages to redact, now or later."""
    return rt.store.services_with(services, "redactions")


def redact_service(rt: Runtime, service_sid: str, account_sid: str) -> None:
    rt.part(RedactionWorker).run(account_sid, Receiver(account_sid, service_sid, KIND))


class Redaction(Claim):
    """A message at the carrier that only this process redacts until the claim ends."""

    __slots__ = ()

    @property
    def sid(self) -> str:
        """The carrier's SID."""
        return str(self.doc["resource"])


class RedactionWorker(ClaimWorker[Redaction]):
    """Stops when the next request would fail too, or after `turn_seconds`, so that other Services need not wait."""

    work = KIND
    log = logging.getLogger("maskline.redaction")
    turn_seconds = 10.0
    last_seconds = 10.0

    def __init__(self, rt: Runtime) -> None:
        super().__init__(rt, Redaction, WorkerSlots(THREADS, THREADS, THREADS, undamped=KIND))

    def claim_due(self, places: Sequence[Receiver]) -> Sequence[dict[str, Any]]:
        args = {"most": len(places), "lease_ms": LEASE_SECONDS * 1000, "token": new("")}
        return self.rt.store.service("claim_redactions", places[0].service_sid, args)["claims"] or ()

    def act(self, claim: Redaction) -> Result:
        """The last part comes last: once it is noted as redacted, the other parts are not searched again."""
        carrier, stopping = carrier_of(self.rt, claim.account_sid), False
        try:
            for sid in (*self._earlier_parts(carrier, claim), claim.sid):
                carrier.redact(sid)
            result = Result("redacted")
        except CarrierError as error:
            stopping = error.status in STOPPING
            result = result_of(error, claim.doc["tries"])
        self.slots.note(claim.receiver, not stopping)
        self.rt.failpoint("after_redact")
        return result

    def _earlier_parts(self, carrier: Carrier, claim: Redaction) -> list[str]:
        try:
            return find_earlier_parts(self.rt, carrier, claim.service_sid, claim.doc)
        except (SealBroken, ValueError, LookupError):
            self.log.error("message %s: its text cannot be opened, so its earlier parts are not redacted", claim.sid)
            return []

    def settle(self, claim: Redaction, result: Result | None, go_on: bool) -> Redaction | None:
        if result is None:
            return None
        terms = {"resource": claim.sid, "token": claim.doc["token"]}
        self.rt.store.service("settle_redaction", claim.service_sid, result.arguments(**terms))
        if result.outcome == "refused":
            code = result.details["code"]
            self.log.warning("the carrier refused to redact message %s (code %s)", claim.sid, code)
        return self.claim_another(claim) if go_on and not self.slots.is_failing(claim.receiver) else None
