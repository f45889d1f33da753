"""A run over the files on their way: claims what is due and leaves it to threads of its own."""

from __future__ import annotations

import atexit
import logging
from functools import cache
from typing import Any

from common import failures
from common.runtime import Runtime
from common.sids import new
from common.worker_slots import Crew, Receiver
from media import file_store
from media.rules import rules as file_rules
from outbox.attachments.clear import clear
from outbox.attachments.prepare import TEXT, Claim, prepare
from policy import quotas
from storage.seal import SealBroken
from storage.store import StoreUnavailable

log = logging.getLogger("maskline.files")

THREADS, PER_ACCOUNT = 8, 6
#: For what is under way when the process ends.
LAST_SECONDS = 5.0


@cache
def crew() -> Crew:
    found = Crew(THREADS, PER_ACCOUNT)
    atexit.register(found.stop, LAST_SECONDS)
    return found


def work_due(rt: Runtime, service_sid: str, account_sid: str) -> None:
    """One Service's turn. Returns while files are under way."""
    receiver = Receiver(account_sid, service_sid, "files")
    room = crew().enter(receiver)
    claims: list[Claim] = []
    try:
        claims = _claim(rt, service_sid, account_sid, room) if room else []
    finally:
        crew().leave(receiver, room - len(claims))
    for claim in claims:
        crew().start(receiver, lambda claim=claim: _guarded(rt, claim))  # type: ignore[misc]


def _claim(rt: Runtime, service_sid: str, account_sid: str, room: int) -> list[Claim]:
    rules = rt.part(file_rules)
    args = {
        "room": room, "token": new(""), "lease_ms": int(rules.lease * 1000), "patience_ms": int(rules.patience * 1000),
        "most_ms": int(rules.most * 1000),
    }  # fmt: skip
    answer = rt.store.service("claim_attachments", service_sid, args)
    return [Claim(service_sid, account_sid, doc) for doc in answer["claims"] or ()]


def _guarded(rt: Runtime, claim: Claim) -> None:
    """What is not settled comes up again when the claim ends, until its time is over."""
    try:
        _one(rt, claim)
    except StoreUnavailable:
        log.error("files of %s: the store does not answer", claim.sid)
    except Exception as error:
        failures.note("files", claim.sid, error)


def _one(rt: Runtime, claim: Claim) -> None:
    rt.failpoint("files_claimed")
    settled = clear(rt, claim) if claim.attachment["state"] == "over" else _prepared(rt, claim)
    rt.failpoint("before_files_settle")
    args = {
        "interaction": claim.sid,
        "token": claim.attachment["token"],
        **quotas.ceiling(rt),
        **settled,
    }
    state = rt.store.service("settle_attachment", claim.service_sid, args)["state"]
    if settled["outcome"] == "ready" or state == "stale":
        file_store.drop(rt, _done_with(settled.get("files") or (), everything=state == "stale"))


def _prepared(rt: Runtime, claim: Claim) -> dict[str, Any]:
    try:
        return prepare(rt, claim)
    except (SealBroken, ValueError, LookupError) as error:
        # What does not open is the outbox's to park.
        log.error("files of %s cannot be read: %s", claim.sid, type(error).__name__)
        return {"outcome": "ready", "delay_ms": 1000, "lost": 0, **_unchanged(claim)}


def _unchanged(claim: Claim) -> dict[str, Any]:
    return {name: claim.doc[name] for name in ("sealed", "flags") if claim.doc.get(name)}


def _done_with(files: Any, everything: bool) -> list[str]:
    """Files whose text stands in the message now; all of them if it is somebody else's by now."""
    return [file["id"] for file in files if "id" in file and (everything or file["type"] == TEXT)]
