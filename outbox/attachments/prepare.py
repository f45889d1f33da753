"""The files of one message: had, cleaned, put on the shelf; and what then becomes of the message."""

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
from media.fetch import NotYet, fetch, sources
from media.rules import rules as file_rules
from media.sanitizer import Busy, wash
from policy.content_check import check_file
from policy.wording import wording
from services.accounts import carrier_of
from services.snapshot import read_snapshot
from sessions.codec import interaction_associated_data
from sessions.sealed_text import sealed_text

#: Of one file: {} while it is awaited, else {id, type} in the file store, {lost: reason}, {nothing} if it holds
#: nothing that somebody sent, or {joined}.
File = dict[str, str]
TEXT = "text/plain"
#: Of a file whose text stands in the message's since: nothing of it has to be had again.
JOINED = "joined"


class Attachments(Claim):
    """A message whose files are ours to see to until the claim ends."""

    __slots__ = ()

    @property
    def attachment(self) -> dict[str, Any]:
        found: dict[str, Any] = self.doc["attachment"]
        return found

    @property
    def sid(self) -> str:
        return str(self.attachment["sid"])


def prepare(rt: Runtime, claim: Attachments) -> Result:
    """What cannot be had or cleaned in time is lost."""
    data = json.loads(rt.seal.open(claim.doc["sealed"], interaction_associated_data(claim.service_sid, claim.sid)))
    wanted: list[dict[str, str]] = data["media"]
    files: list[File] = claim.attachment.get("files") or [{JOINED: "yes"} if JOINED in one else {} for one in wanted]
    ends = time.monotonic() + rt.part(file_rules).attempt
    for n, one in enumerate(wanted):
        if not files[n]:
            files[n] = _have(rt, claim, one, len(wanted), ends)
    if not all(files):
        delay = rt.part(file_rules).delay(claim.attachment["tries"])
        return Result("again", {"files": files, "delay_ms": int(delay * 1000)})
    return _ready(rt, claim, data, files)


def _have(rt: Runtime, claim: Attachments, one: dict[str, str], count: int, ends: float) -> File:
    if claim.doc["late"]:
        return {"lost": "late"}
    if time.monotonic() >= ends:
        return {}
    try:
        return _had(rt, claim, one, count, ends)
    except (NotYet, Busy):
        return {}
    except Unclean as unclean:
        return {"nothing": "yes"} if unclean.reason is Reason.NO_CONTENT else {"lost": unclean.reason.value}


def _had(rt: Runtime, claim: Attachments, one: dict[str, str], count: int, ends: float) -> File:
    if not one["sid"]:
        raise Unclean(Reason.UNSUPPORTED)
    if claim.doc.get("text_only") and not one["type"].lower().startswith(TEXT):
        return {"lost": "text_only"}
    carrier = carrier_of(rt, claim.account_sid)
    seconds = min(rt.part(file_rules).fetch, ends - time.monotonic())
    data = fetch(rt.part(sources), carrier, claim.attachment["resource"], one["sid"], seconds)
    rt.failpoint("file_fetched")
    limits = _share(rt.part(file_rules).limits, count)
    clean = wash(rt, data, one["type"], limits, rt.part(file_rules).washing, ends - time.monotonic())
    if claim.doc.get("text_only") and clean.type != TEXT:
        return {"lost": "text_only"}
    file = file_store.put(rt, clean)
    return {"id": file, "type": clean.type} if file else {"lost": "no_room"}


def _share(limits: Limits, count: int) -> Limits:
    """The carrier counts all files of a message together."""
    return replace(limits, bytes_out=limits.bytes_out // count)


def _ready(rt: Runtime, claim: Attachments, data: dict[str, Any], files: Sequence[File]) -> Result:
    body, flags, joined = _with_texts(rt, claim, data["body"], files)
    unread = sum(file.get("type") == TEXT for file in files) - len(joined)
    data["media"] = [{**one, JOINED: "yes"} if n in joined else one for n, one in enumerate(data["media"])]
    media = [file["id"] for file in files if "id" in file and file["type"] != TEXT]
    lost = unread + sum("lost" in file for file in files)
    told: dict[str, Any] = {
        "delay_ms": int(rt.part(file_rules).delay(1) * 1000), "files": files, "lost": lost,
        "empty": not (body.strip() or media), **sealed_text(rt, claim.service_sid, claim.sid, {**data, "body": body}),
    }  # fmt: skip
    told |= {"media": media} if media else {}
    told |= {"flags": flags} if flags else {}
    return Result("ready", {**told, **(_notice(rt, claim) if lost else {})})


def _with_texts(rt: Runtime, claim: Attachments, body: str, files: Sequence[File]) -> tuple[str, list[str], set[int]]:
    """The text with those that came as files behind it, what the content policy found, and which files those are."""
    flags, joined = set(claim.doc.get("flags") or ()), set[int]()
    for n, file in enumerate(files):
        if file.get("type") != TEXT:
            continue
        found = file_store.read(rt, file["id"])
        text, seen = None, list[str]()
        if found:
            text, seen = check_file(rt, read_snapshot(rt, claim.service_sid), found.data.decode(), body)
        longer = f"{body}\n{text}" if body.strip() else text or ""
        if text is None or units(longer) > MAX_UNITS:
            continue
        body, flags = longer, flags | set(seen)
        joined.add(n)
    return body, sorted(flags), joined


def _notice(rt: Runtime, claim: Attachments) -> dict[str, Any]:
    """What its sender is told, from the number that they wrote to; nothing if they are gone."""
    sender, sid = claim.doc.get("sender"), new("KI")
    if not sender:
        return {}
    number = rt.seal.open(sender["sealed"], identifier_associated_data(claim.service_sid, sender["sid"]))
    said = wording(read_snapshot(rt, claim.service_sid), "pictures_lost", number, sender.get("lang")).text
    return {"notice": {"interaction": sid, **sealed_text(rt, claim.service_sid, sid, {"body": said})}}
