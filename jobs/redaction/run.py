"""A run over one Service: claims what is due and empties it at the carrier. It may be done twice."""

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
from jobs.redaction import verdict
from jobs.redaction.parts import before_the_last
from services.accounts import carrier_of
from storage.seal import SealBroken

THREADS = 4
#: Nobody else tries it meanwhile: the requests of all parts of a text may hang.
LEASE_SECONDS = 180
KIND = "redaction"


def waiting(rt: Runtime, services: Iterable[str]) -> list[str]:
    """Of these Services those that have something to empty, now or later."""
    return rt.store.having(services, "redactions")


def redact_service(rt: Runtime, service_sid: str, account_sid: str) -> None:
    rt.part(RedactionWorker).run(account_sid, Receiver(account_sid, service_sid, KIND))


class Redaction(Claim):
    """A message of the carrier's whose text is ours to empty there until the claim ends."""

    __slots__ = ()

    @property
    def sid(self) -> str:
        """The carrier's."""
        return str(self.doc["resource"])


class RedactionWorker(ClaimWorker[Redaction]):
    """Stops once the next request would be refused as well, or after its time: one Service holds up no other."""

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
        """The last part last: once that is noted, nobody looks for the others."""
        carrier, hopeless = carrier_of(self.rt, claim.account_sid), False
        try:
            for sid in (*self._others(carrier, claim), claim.sid):
                carrier.redact(sid)
            result = Result("redacted")
        except CarrierError as error:
            hopeless = error.status in verdict.HOPELESS
            result = verdict.of(error, claim.doc["tries"])
        self.slots.note(claim.receiver, not hopeless)
        self.rt.failpoint("after_redact")
        return result

    def _others(self, carrier: Carrier, claim: Redaction) -> list[str]:
        try:
            return before_the_last(self.rt, carrier, claim.service_sid, claim.doc)
        except (SealBroken, ValueError, LookupError):
            self.log.error("message %s: a text that does not open, its first parts are not looked for", claim.sid)
            return []

    def settle(self, claim: Redaction, result: Result | None, go_on: bool) -> Redaction | None:
        if result is None:
            return None
        terms = {"resource": claim.sid, "token": claim.doc["token"]}
        self.rt.store.service("settle_redaction", claim.service_sid, result.arguments(**terms))
        if result.outcome == "refused":
            code = result.details["code"]
            self.log.warning("message %s keeps its text at the carrier: refused with code %s", claim.sid, code)
        return self.claim_another(claim) if go_on and not self.slots.is_failing(claim.receiver) else None
