"""The outbox job: claims messages that are due and sends them in threads."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from typing import Any

from common import activity
from common.claim_worker import ClaimWorker, Result
from common.runtime import Runtime
from common.sids import new
from common.worker_slots import Receiver, WorkerSlots
from outbox.rules import ms
from outbox.rules import rules as outbox_rules
from outbox.send import OutgoingClaim, attempt

THREADS, PER_ACCOUNT = 32, 16
#: Each Service has the slots of four receivers, so that a few slow answers do not delay all of its numbers.
LANES = ("outbox", "outbox-2", "outbox-3", "outbox-4")


def services_with_messages(rt: Runtime, services: Iterable[str]) -> list[str]:
    """Those of these Services that have messages to send, or held ones."""
    return rt.store.services_with(services, "lines", "held")


def send_due(rt: Runtime, service_sid: str, account_sid: str) -> None:
    """Starts to send the messages of one Service that are due. Returns before they are sent."""
    rt.part(OutboxWorker).begin(account_sid, *(Receiver(account_sid, service_sid, lane) for lane in LANES))


class OutboxWorker(ClaimWorker[OutgoingClaim]):
    """Sends messages. One that was sent but not settled is looked up in the carrier's list."""

    work = "message"
    log = logging.getLogger("maskline.outbox")
    turn_seconds = 5.0
    last_seconds = 10.0

    def __init__(self, rt: Runtime) -> None:
        super().__init__(rt, OutgoingClaim, WorkerSlots(THREADS, PER_ACCOUNT))

    def claim_due(self, slots: Sequence[Receiver]) -> Sequence[dict[str, Any]]:
        """Some slots are kept for messages that are due now; in the others a thread may wait for a number's turn."""
        rules, kept = self.rt.part(outbox_rules), sum(slot.kind == LANES[0] for slot in slots)
        args = {
            "room": len(slots), "kept": kept, "soon_ms": ms(rules.soon), "token": new(""), "lease_ms": ms(rules.lease),
            "rate": self.rt.settings.segments_per_second,
        }  # fmt: skip
        answer = self.rt.store.service("claim_outgoing", slots[0].service_sid, args)
        return answer["claims"] or ()

    def act(self, claim: OutgoingClaim) -> Result | None:
        since = activity.began()
        self.rt.failpoint("after_claim")
        result = attempt(self.rt, claim)
        if result is not None:
            activity.report(
                "send", result.outcome, since=since, service=claim.service_sid, interaction=claim.sid,
                reason=result.details.get("reason"), code=result.details.get("code"),
            )  # fmt: skip
        return result

    def settle(self, claim: OutgoingClaim, result: Result | None, go_on: bool) -> OutgoingClaim | None:
        if result is not None:
            self._settle(claim, result)
        return self.claim_another(claim) if go_on else None

    def _settle(self, claim: OutgoingClaim, result: Result) -> None:
        self.rt.failpoint("before_settle")
        rules = self.rt.part(outbox_rules)
        args = result.arguments(
            interaction=claim.sid, token=claim.entry["token"], part=claim.part,
            most=rules.max_tries, doubt_ms=ms(rules.doubt), policy=self.rt.settings.in_doubt,
        )  # fmt: skip
        if self.rt.store.service("settle_outgoing", claim.service_sid, args)["state"] == "parked":
            self.log.warning("message %s is parked: %s", claim.sid, result.details.get("reason", "in_doubt"))
