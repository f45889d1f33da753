"""The job for received files: claims messages whose files are due, and processes them in threads."""

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
from outbox.attachments.prepare import TEXT, AttachmentsClaim, prepare
from policy import quotas
from storage.seal import SealBroken

THREADS, PER_ACCOUNT = 8, 6


def process_due(rt: Runtime, service_sid: str, account_sid: str) -> None:
    """Starts to process the files of one Service that are due. Returns before they are processed."""
    rt.part(FileWorker).begin(account_sid, Receiver(account_sid, service_sid, "files"))


class FileWorker(ClaimWorker[AttachmentsClaim]):
    """Fetches and cleans the files of messages; deletes them after the message is over."""

    work = "files"
    log = logging.getLogger("maskline.files")

    def __init__(self, rt: Runtime) -> None:
        super().__init__(rt, AttachmentsClaim, WorkerSlots(THREADS, PER_ACCOUNT))

    def claim_due(self, slots: Sequence[Receiver]) -> Sequence[dict[str, Any]]:
        rules = self.rt.part(file_rules)
        args = {
            "room": len(slots), "token": new(""), "lease_ms": int(rules.lease * 1000),
            "patience_ms": int(rules.patience * 1000), "most_ms": int(rules.max_open * 1000),
        }  # fmt: skip
        return self.rt.store.service("claim_attachments", slots[0].service_sid, args)["claims"] or ()

    def act(self, claim: AttachmentsClaim) -> Result:
        self.rt.failpoint("files_claimed")
        if claim.attachment["state"] == "over":
            return clear(self.rt, claim)
        try:
            return prepare(self.rt, claim)
        except (SealBroken, ValueError, LookupError) as error:
            # The outbox finds the same error when it sends the message, and parks it.
            self.log.error("files of %s cannot be read: %s", claim.sid, type(error).__name__)
            unchanged = {name: claim.doc[name] for name in ("sealed", "flags") if claim.doc.get(name)}
            return Result("ready", {"delay_ms": 1000, "lost": 0, **unchanged})

    def settle(self, claim: AttachmentsClaim, result: Result | None, go_on: bool) -> None:
        if result is None:
            return
        self.rt.failpoint("before_files_settle")
        args = {"interaction": claim.sid, "token": claim.attachment["token"], **quotas.ceiling_argument(self.rt)}
        answer = self.rt.store.service("settle_attachment", claim.service_sid, result.arguments(**args))
        stale = answer["state"] == "stale"
        if result.outcome == "ready" or stale:
            file_store.drop(self.rt, _unneeded(result.details.get("files") or (), everything=stale))


def _unneeded(files: Any, everything: bool) -> list[str]:
    """Ids of the text files, whose text is now in the message. `everything`: all ids, as the claim is not ours now."""
    return [file["id"] for file in files if "id" in file and (everything or file["type"] == TEXT)]
