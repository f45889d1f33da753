"""Fetches, cleans and stores the files of one message, and then completes the message."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from carrier.text_parts import MAX_UNITS, units
from common.claim_worker import Claim, Result
from common.identifiers import identifier_associated_data
from common.runtime import Runtime
from common.sids import new
from media import file_store
from media.cleaning.model import Limits, Reason, Unclean
from media.fetch import NotAvailable, fetch, sources
from media.rules import rules as file_rules
from media.sanitizer import Busy, sanitize
from policy.content_check import check_file
from policy.wording import wording
from services.accounts import carrier_of
from services.snapshot import read_snapshot
from sessions.codec import interaction_associated_data
from sessions.sealed_text import sealed_text

#: The state of one file: {} while it is not fetched, {id, type} if it is in the file store, {lost: reason}, {nothing}
#: if it has no content from a person, or {joined}.
File = dict[str, str]
TEXT = "text/plain"
#: Marks a file whose text is now part of the message: it need not be fetched again.
JOINED = "joined"


class AttachmentsClaim(Claim):
    """A message whose files this process may handle until the claim ends."""

    __slots__ = ()

    @property
    def attachment(self) -> dict[str, Any]:
        attachment: dict[str, Any] = self.doc["attachment"]
        return attachment

    @property
    def sid(self) -> str:
        return str(self.attachment["sid"])


def prepare(rt: Runtime, claim: AttachmentsClaim) -> Result:
    """Tries to get each file that is still missing. A file that cannot be fetched or cleaned in time is lost."""
    data = json.loads(rt.seal.open(claim.doc["sealed"], interaction_associated_data(claim.service_sid, claim.sid)))
    media: list[dict[str, str]] = data["media"]
    files: list[File] = claim.attachment.get("files") or [{JOINED: "yes"} if JOINED in item else {} for item in media]
    deadline = time.monotonic() + rt.part(file_rules).attempt
    for n, item in enumerate(media):
        if not files[n]:
            files[n] = _process_file(rt, claim, item, len(media), deadline)
    if not all(files):
        delay = rt.part(file_rules).delay(claim.attachment["tries"])
        return Result("again", {"files": files, "delay_ms": int(delay * 1000)})
    return _complete(rt, claim, data, files)


def _process_file(rt: Runtime, claim: AttachmentsClaim, item: dict[str, str], count: int, deadline: float) -> File:
    """`item`: {sid, type} of the carrier's media. `count`: how many files the message has."""
    if claim.doc["late"]:
        return {"lost": "late"}
    if time.monotonic() >= deadline:
        return {}
    try:
        return _fetch_and_sanitize(rt, claim, item, count, deadline)
    except (NotAvailable, Busy):
        return {}
    except Unclean as unclean:
        return {"nothing": "yes"} if unclean.reason is Reason.NO_CONTENT else {"lost": unclean.reason.value}


def _fetch_and_sanitize(
    rt: Runtime, claim: AttachmentsClaim, item: dict[str, str], count: int, deadline: float
) -> File:
    if not item["sid"]:
        raise Unclean(Reason.UNSUPPORTED)
    if claim.doc.get("text_only") and not item["type"].lower().startswith(TEXT):
        return {"lost": "text_only"}
    carrier = carrier_of(rt, claim.account_sid)
    seconds = min(rt.part(file_rules).fetch, deadline - time.monotonic())
    data = fetch(rt.part(sources), carrier, claim.attachment["resource"], item["sid"], seconds)
    rt.failpoint("file_fetched")
    limits = _share(rt.part(file_rules).limits, count)
    clean = sanitize(rt, data, item["type"], limits, rt.part(file_rules).sanitizer, deadline - time.monotonic())
    if claim.doc.get("text_only") and clean.type != TEXT:
        return {"lost": "text_only"}
    file_id = file_store.put(rt, clean)
    return {"id": file_id, "type": clean.type} if file_id else {"lost": "no_room"}


def _share(limits: Limits, count: int) -> Limits:
    """The limits of one file: the carrier limits the total size of a message's files."""
    return replace(limits, bytes_out=limits.bytes_out // count)


def _complete(rt: Runtime, claim: AttachmentsClaim, data: dict[str, Any], files: Sequence[File]) -> Result:
    """The result `ready`: the message's new text, its files, and a notice to the sender if files were lost."""
    body, flags, joined = _join_texts(rt, claim, data["body"], files)
    unused = sum(file.get("type") == TEXT for file in files) - len(joined)
    data["media"] = [{**item, JOINED: "yes"} if n in joined else item for n, item in enumerate(data["media"])]
    media = [file["id"] for file in files if "id" in file and file["type"] != TEXT]
    lost = unused + sum("lost" in file for file in files)
    details: dict[str, Any] = {
        "delay_ms": int(rt.part(file_rules).delay(1) * 1000), "files": files, "lost": lost,
        "empty": not (body.strip() or media), **sealed_text(rt, claim.service_sid, claim.sid, {**data, "body": body}),
    }  # fmt: skip
    details |= {"media": media} if media else {}
    details |= {"flags": flags} if flags else {}
    return Result("ready", {**details, **(_notice(rt, claim) if lost else {})})


def _join_texts(
    rt: Runtime, claim: AttachmentsClaim, body: str, files: Sequence[File]
) -> tuple[str, list[str], set[int]]:
    """The text followed by texts that came as files; the content policy's flags; the indexes of the joined files."""
    flags, joined = set(claim.doc.get("flags") or ()), set[int]()
    for n, file in enumerate(files):
        if file.get("type") != TEXT:
            continue
        stored = file_store.read(rt, file["id"])
        text, new_flags = None, list[str]()
        if stored:
            text, new_flags = check_file(rt, read_snapshot(rt, claim.service_sid), stored.data.decode(), body)
        longer = f"{body}\n{text}" if body.strip() else text or ""
        if text is None or units(longer) > MAX_UNITS:
            continue
        body, flags = longer, flags | set(new_flags)
        joined.add(n)
    return body, sorted(flags), joined


def _notice(rt: Runtime, claim: AttachmentsClaim) -> dict[str, Any]:
    """A message to the sender that files were lost, from the number they wrote to; {} if the sender is gone."""
    sender, sid = claim.doc.get("sender"), new("KI")
    if not sender:
        return {}
    number = rt.seal.open(sender["sealed"], identifier_associated_data(claim.service_sid, sender["sid"]))
    text = wording(read_snapshot(rt, claim.service_sid), "pictures_lost", number, sender.get("lang")).text
    return {"notice": {"interaction": sid, **sealed_text(rt, claim.service_sid, sid, {"body": text})}}
