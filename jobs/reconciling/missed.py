"""Inbound messages that the carrier has and no webhook brought: noted, and relayed if their Session is still open."""

from __future__ import annotations

import logging
from collections.abc import Collection
from typing import Any

from carrier.client import Carrier
from carrier.inbound import Attached, Inbound
from carrier.model import CarrierMessage
from common.errors import CarrierError, NotFound, Unavailable
from common.identifiers import SCHEME, lookup
from common.runtime import Runtime
from common.steps import Steps, finish
from policy.content_check import check_message
from pool import claims
from relay.channels.message import with_content
from relay.inbound import decide, interaction_sid
from services.accounts import carrier_of
from services.services import find_service
from services.snapshot import ServiceSnapshot, with_snapshot
from storage.store import StoreUnavailable

log = logging.getLogger("maskline.reconciling")

#: The carrier tries a webhook for 15 s; a message younger than this may still arrive by webhook.
WEBHOOK_WAIT_SECONDS = 75
OVERLAP_SECONDS = 30
#: After a longer outage, older messages are not recovered; they stay in the carrier's list.
BACK_SECONDS = 12 * 3600
#: The most time that one run compares; the shorter ones are for traffic of more messages than MAX_LIST.
SPANS_MS = (600_000, 240_000, 90_000)
MAX_LIST = 5_000
#: Messages for one call of the script.
BATCH = 50


def find_missed(rt: Runtime, account_sid: str, service_sids: Collection[str]) -> int:
    """`service_sids`: those of this account. Returns how many were found."""
    # A message accepted so long ago that its answer has expired would count as missed.
    back = min(BACK_SECONDS, rt.settings.replay_window_seconds // 2)
    args = {"settle_ms": WEBHOOK_WAIT_SECONDS * 1000, "overlap_ms": OVERLAP_SECONDS * 1000, "back_ms": back * 1000}
    windows = {sid: rt.store.service("late_window", sid, args) for sid in service_sids}
    windows = {sid: window for sid, window in windows.items() if window}
    if not windows:
        return 0
    from_ms, to_ms = (min(int(window[edge]) for window in windows.values()) for edge in ("from", "to"))
    try:
        listed, mark = _inbound(carrier_of(rt, account_sid), from_ms, to_ms)
    except CarrierError as error:
        log.warning(
            "reading the carrier's inbound messages failed (status %d, code %d); it is tried again later",
            error.status, error.code,
        )  # fmt: skip
        return 0
    messages = _by_service(rt, account_sid, listed)
    return sum(_compare(rt, sid, messages.get(sid, []), mark) for sid in windows)


def _inbound(carrier: Carrier, from_ms: int, to_ms: int) -> tuple[list[CarrierMessage], int]:
    """The inbound messages since `from_ms`, and the time (ms) up to which the list was read."""
    for span in SPANS_MS:
        mark = min(to_ms, from_ms + OVERLAP_SECONDS * 1000 + span)
        listed = carrier.messages_between(from_ms, mark, MAX_LIST)
        if len(listed) < MAX_LIST:
            break
    else:
        log.warning("more messages than one run can compare: some missed inbound messages may not be found")
    return [message for message in listed if message.direction == "inbound"], mark


def _by_service(rt: Runtime, account_sid: str, listed: list[CarrierMessage]) -> dict[str, list[CarrierMessage]]:
    """Only those of the account's own numbers: other accounts of ours may use the same account of the carrier."""
    found = claims.read(rt, account_sid, sorted({message.to for message in listed}))
    owner = {to: one["service"] for to, one in found.items() if one and one["account"] == account_sid}
    messages: dict[str, list[CarrierMessage]] = {}
    for message in listed:
        if message.to in owner:
            messages.setdefault(owner[message.to], []).append(message)
    return messages


def _compare(rt: Runtime, service_sid: str, messages: list[CarrierMessage], mark: int) -> int:
    """Oldest first. The mark moves only when all are done, so the next run repeats what a killed run did not finish."""
    late, waiting = 0, list(reversed(messages))
    done = True
    for start in range(0, len(waiting), BATCH):
        batch = waiting[start : start + BATCH]
        answer = _note(rt, service_sid, {"messages": [_entry(rt, service_sid, message) for message in batch]})
        late += int(answer.get("late", 0))
        unsent = set(answer.get("unsent") or ())
        done = all([_is_accepted(rt, service_sid, message) for message in batch if message.sid in unsent]) and done
    if done:
        _note(rt, service_sid, {"messages": [], "mark": mark})
    return late


def _entry(rt: Runtime, service_sid: str, message: CarrierMessage) -> dict[str, Any]:
    """The message as note_late.lua takes it."""
    who = rt.index.of(service_sid, SCHEME, lookup(message.sender))
    interaction = interaction_sid(rt, service_sid, "message", message.sid)
    return {"id": message.sid, "interaction": interaction, "who": who, "to": message.to, "at": message.at_ms}


def _note(rt: Runtime, service_sid: str, args: dict[str, Any]) -> dict[str, Any]:
    window_ms = rt.settings.replay_window_seconds * 1000
    answer: dict[str, Any] = rt.store.service("note_late", service_sid, {**args, "window_ms": window_ms})
    return answer


def _is_accepted(rt: Runtime, service_sid: str, message: CarrierMessage) -> bool:
    """False if it cannot be accepted now. The other messages do not wait for it."""
    try:
        _accept(rt, service_sid, message)
    except (StoreUnavailable, Unavailable, NotFound, CarrierError) as error:
        log.warning("a missed message of %s: %s; it is tried again later", service_sid, type(error).__name__)
        return False
    return True


def _accept(rt: Runtime, service_sid: str, message: CarrierMessage) -> None:
    """As its webhook would be accepted, but sent by the outbox. If both happen, the first one decides."""
    media = _media(rt, service_sid, message)
    inbound = Inbound("message", message.sid, message.sender, message.to, message.body, media, late_at_ms=message.at_ms)

    def act(snapshot: ServiceSnapshot) -> Steps[None]:
        judged = yield from check_message(rt, snapshot, inbound)
        yield from decide(rt, snapshot, judged.message, judged.args)

    finish(rt.store, with_snapshot(rt, service_sid, act))


def _media(rt: Runtime, service_sid: str, message: CarrierMessage) -> tuple[Attached, ...]:
    """Files that were deleted at the carrier count as missing.

    Raises CarrierError: the next run tries again, so that a text does not go without its picture.
    """
    if not message.media:
        return ()
    service = find_service(rt, service_sid)
    listed = carrier_of(rt, service.account_sid).media_of(message.sid) if service else ()
    missing = [Attached(None, "")] * (message.media - len(listed))
    return with_content([*(Attached(*file) for file in listed), *missing])
