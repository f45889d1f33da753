"""Turns each event of a Service's stream into deliveries for its receivers, once."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from callbacks import events
from callbacks.form import interaction_form
from callbacks.rules import Kind
from common import failures
from common.model import Service
from common.runtime import Runtime
from common.sids import is_sid
from services.accounts import Accounts
from services.services import find_service
from storage import keys
from storage.seal import SealBroken
from storage.short_form import unfold_event

log = logging.getLogger("maskline.callbacks")

#: Stream entries in one step.
BATCH = 200
#: A callback in which only this field is different from the last one is not sent.
IGNORED_CHANGE = "interactionDateUpdated"
INTERACTIONS = frozenset({"interaction.created", "interaction.updated"})


@dataclass(frozen=True, slots=True)
class Event:
    """`n` and `random` identify the event, so its delivery has the same SID if it is spooled again."""

    n: int
    random: str
    type: str
    at_ms: int
    session_sid: str
    detail: dict[str, Any]


def spool(rt: Runtime, service_sid: str, cursor: str) -> str | None:
    """Spools up to BATCH events after `cursor`; returns the new cursor if there may be more.

    If another process has already moved the cursor, nothing is written.
    """
    stream = keys.events(service_sid)
    entries = rt.store.guard(lambda: rt.store.client.xrange(stream, f"({cursor}", count=BATCH))
    # Read after the entries, so that the Service is never older than its events.
    service = find_service(rt, service_sid) if entries else None
    if service is None:
        return None
    last = entries[-1][0].decode()
    deliveries = [delivery for entry, fields in entries for delivery in _entry_deliveries(rt, service, entry, fields)]
    args = {"from": cursor, "to": last, "deliveries": deliveries, "most": rt.settings.max_deliveries_per_service}
    answer = rt.store.service("spool_deliveries", service_sid, args)
    if answer.get("left_out"):
        log.warning(
            "%s: %d callbacks and events are not sent, because MAX_DELIVERIES_PER_SERVICE wait or are parked; the "
            "record has them",
            service_sid, answer["left_out"],
        )  # fmt: skip
    return last if len(entries) == BATCH and "spooled" in answer else None


def _entry_deliveries(rt: Runtime, service: Service, entry: bytes, fields: dict[bytes, bytes]) -> list[dict[str, Any]]:
    try:
        return list(_deliveries(rt, service, _event(fields)))
    except (ValueError, LookupError, TypeError, AttributeError, SealBroken) as error:
        # Left out: an unreadable entry must not block all later events.
        failures.note("telling", f"entry {entry.decode()} of {service.sid}", error)
        return []


def _event(fields: dict[bytes, bytes]) -> Event:
    text = {name.decode(): value.decode("utf-8", "backslashreplace") for name, value in unfold_event(fields).items()}
    try:
        detail = json.loads(text["d"])
    except ValueError:
        detail = None
    return Event(
        n=int(text["n"]), random=text["r"], type=text["t"], at_ms=int(text["at"]), session_sid=text["s"],
        # Scripts write an empty Lua table as a JSON list.
        detail=detail if isinstance(detail, dict) else {},
    )  # fmt: skip


def _deliveries(rt: Runtime, service: Service, event: Event) -> Iterator[dict[str, Any]]:
    if service.callback_url and event.type in INTERACTIONS and _is_decided(event.detail):
        yield _callback(rt, service, event)
    public = events.public_event(event.type, event.at_ms, event.detail) if service.events_url else None
    if public:
        yield _event_delivery(service, event, *public)
    calls = [sid for sid in event.detail.get("live") or () if is_sid(sid, "CA")]
    if service.end_calls and event.type == "session.closed" and calls:
        yield _delivery(service, event, Kind.HANGUP, "calls.end", json.dumps(calls))


def _is_decided(doc: dict[str, Any]) -> bool:
    return bool((doc.get("outbound") or {}).get("participant") or doc.get("blocked_by"))


def _callback(rt: Runtime, service: Service, event: Event) -> dict[str, Any]:
    """Without the text: each try reads it from the Interaction, so that a deleted text is not sent."""
    doc = {name: value for name, value in event.detail.items() if name not in ("sealed", "told")}
    form = interaction_form(rt, service, rt.part(Accounts).require(service.account_sid), doc)
    content = json.dumps({name: value for name, value in form.items() if name != IGNORED_CHANGE}, sort_keys=True)
    delivery = _delivery(service, event, Kind.CALLBACK, event.type, json.dumps(doc, separators=(",", ":")))
    return {**delivery, "interaction": doc["sid"], "news": hashlib.sha256(content.encode()).hexdigest()[:16]}


def _event_delivery(service: Service, event: Event, public_type: str, data: dict[str, Any]) -> dict[str, Any]:
    body = events.message(public_type, event.at_ms, service.sid, service.account_sid, event.session_sid, data)
    delivery = _delivery(service, event, Kind.EVENT, public_type, body)
    if public_type != "message.failed":
        return delivery
    # If the carrier reports the same failure again, the app gets no second event.
    return {**delivery, "interaction": event.detail["sid"], "news": public_type}


def _delivery(service: Service, event: Event, kind: Kind, public_type: str, payload: str) -> dict[str, Any]:
    session = event.session_sid if is_sid(event.session_sid, "KC") else ""
    sid = delivery_sid(service.sid, event.n, f"{event.random}{kind}")
    return {"sid": sid, "kind": kind, "type": public_type, "session": session, "payload": payload}


def delivery_sid(service_sid: str, n: int, salt: str) -> str:
    """Has the first 12 digits of the Service's SID, so that the Service can be found; SIDs sort in event order."""
    return f"DL{service_sid[2:14]}{n % 16**10:010x}{hashlib.sha256(salt.encode()).hexdigest()[:10]}"
