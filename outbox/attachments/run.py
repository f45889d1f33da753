"""A run over the files on their way: claims what is due and leaves it to threads of its own."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from common.claim_worker import ClaimWorker, Result
from common.runtime import Runtime
from common.sids import new
from common.worker_slots import Receiver, WorkerSlots
from media import file_store
from media.rules import rules as file_rules
from outbox.attachments.clear import clear
from outbox.attachments.prepare import TEXT, Attachments, prepare
from policy import quotas
from storage.seal import SealBroken

THREADS, PER_ACCOUNT = 8, 6


def work_due(rt: Runtime, service_sid: str, account_sid: str) -> None:
    """One Service's turn. Returns while files are under way."""
    rt.part(FileWorker).begin(account_sid, Receiver(account_sid, service_sid, "files"))


class FileWorker(ClaimWorker[Attachments]):
    """Fetches and cleans files, and clears up behind them, until the message's time is over."""

    work = "files"
    log = logging.getLogger("maskline.files")

    def __init__(self, rt: Runtime) -> None:
        super().__init__(rt, Attachments, WorkerSlots(THREADS, PER_ACCOUNT))

    def claim_due(self, places: Sequence[Receiver]) -> Sequence[dict[str, Any]]:
        rules = self.rt.part(file_rules)
        args = {
            "room": len(places), "token": new(""), "lease_ms": int(rules.lease * 1000),
            "patience_ms": int(rules.patience * 1000), "most_ms": int(rules.most * 1000),
        }  # fmt: skip
        return self.rt.store.service("claim_attachments", places[0].service_sid, args)["claims"] or ()

    def act(self, claim: Attachments) -> Result:
        self.rt.failpoint("files_claimed")
        if claim.attachment["state"] == "over":
            return clear(self.rt, claim)
        try:
            return prepare(self.rt, claim)
        except (SealBroken, ValueError, LookupError) as error:
            # What does not open is the outbox's to park.
            self.log.error("files of %s cannot be read: %s", claim.sid, type(error).__name__)
            unchanged = {name: claim.doc[name] for name in ("sealed", "flags") if claim.doc.get(name)}
            return Result("ready", {"delay_ms": 1000, "lost": 0, **unchanged})

    def settle(self, claim: Attachments, result: Result | None, go_on: bool) -> None:
        if result is None:
            return
        self.rt.failpoint("before_files_settle")
        terms = {"interaction": claim.sid, "token": claim.attachment["token"], **quotas.ceiling_argument(self.rt)}
        answer = self.rt.store.service("settle_attachment", claim.service_sid, result.arguments(**terms))
        stale = answer["state"] == "stale"
        if result.outcome == "ready" or stale:
            file_store.drop(self.rt, _done_with(result.told.get("files") or (), everything=stale))


def _done_with(files: Any, everything: bool) -> list[str]:
    """Files whose text stands in the message now; all of them if it is somebody else's by now."""
    return [file["id"] for file in files if "id" in file and (everything or file["type"] == TEXT)]
