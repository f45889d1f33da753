"""From the stream to the lanes: each event of a Service becomes what its receivers are to be told, once."""

from __future__ import annotations

import hashlib
import json
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

#: Entries of the stream in one step.
BATCH = 200
#: Of an Interaction, what may change without being news.
NO_NEWS = "interactionDateUpdated"
INTERACTIONS = frozenset({"interaction.created", "interaction.updated"})


@dataclass(frozen=True, slots=True)
class Event:
    """`n` and `random` name it for ever, so a delivery has the same SID however often it is spooled."""

    n: int
    random: str
    type: str
    at_ms: int
    session_sid: str
    detail: dict[str, Any]


def spool(rt: Runtime, service_sid: str, cursor: str) -> str | None:
    """One step from `cursor` on; returns the new one if there may be more. Another may be faster: its step stands."""
    stream = keys.events(service_sid)
    entries = rt.store.guard(lambda: rt.store.client.xrange(stream, f"({cursor}", count=BATCH))
    # Read behind the entries: it is never older than what they tell of.
    service = find_service(rt, service_sid) if entries else None
    if service is None:
        return None
    last = entries[-1][0].decode()
    found = [delivery for entry, fields in entries for delivery in _told(rt, service, entry, fields)]
    answer = rt.store.service("spool_deliveries", service_sid, {"from": cursor, "to": last, "deliveries": found})
    return last if len(entries) == BATCH and "spooled" in answer else None


def _told(rt: Runtime, service: Service, entry: bytes, fields: dict[bytes, bytes]) -> list[dict[str, Any]]:
    try:
        return list(_deliveries(rt, service, _event(fields)))
    except (ValueError, KeyError, TypeError, AttributeError, SealBroken) as error:
        # Left out, or nobody would be told of anything again.
        failures.note("telling", f"entry {entry.decode()} of {service.sid}", error)
        return []


def _event(fields: dict[bytes, bytes]) -> Event:
    text = {name.decode(): value.decode("utf-8", "backslashreplace") for name, value in fields.items()}
    try:
        detail = json.loads(text["d"])
    except ValueError:
        detail = None
    return Event(
        n=int(text["n"]), random=text["r"], type=text["t"], at_ms=int(text["at"]), session_sid=text["s"],
        # An empty table of the scripts' is a list in JSON.
        detail=detail if isinstance(detail, dict) else {},
    )  # fmt: skip


def _deliveries(rt: Runtime, service: Service, event: Event) -> Iterator[dict[str, Any]]:
    if service.callback_url and event.type in INTERACTIONS and _is_decided(event.detail):
        yield _callback(rt, service, event)
    told = events.told(event.type, event.at_ms, event.detail) if service.events_url else None
    if told:
        yield _event_delivery(service, event, *told)
    calls = [sid for sid in event.detail.get("live") or () if is_sid(sid, "CA")]
    if service.end_calls and event.type == "session.closed" and calls:
        yield _delivery(service, event, Kind.HANGUP, "calls.end", json.dumps(calls))


def _is_decided(doc: dict[str, Any]) -> bool:
    return bool((doc.get("outbound") or {}).get("participant") or doc.get("blocked_by"))


def _callback(rt: Runtime, service: Service, event: Event) -> dict[str, Any]:
    """Without the text: that is read at each try from the Interaction, where it can be deleted."""
    doc = {name: value for name, value in event.detail.items() if name not in ("sealed", "told")}
    form = interaction_form(rt, service, rt.part(Accounts).require(service.account_sid), doc)
    news = json.dumps({name: value for name, value in form.items() if name != NO_NEWS}, sort_keys=True)
    made = _delivery(service, event, Kind.CALLBACK, event.type, json.dumps(doc, separators=(",", ":")))
    return {**made, "interaction": doc["sid"], "news": hashlib.sha256(news.encode()).hexdigest()[:16]}


def _event_delivery(service: Service, event: Event, told_type: str, data: dict[str, Any]) -> dict[str, Any]:
    body = events.message(told_type, event.at_ms, service.sid, service.account_sid, event.session_sid, data)
    made = _delivery(service, event, Kind.EVENT, told_type, body)
    if told_type != "message.failed":
        return made
    # A second word of the carrier's about the same failure is none for the app.
    return {**made, "interaction": event.detail["sid"], "news": told_type}


def _delivery(service: Service, event: Event, kind: Kind, told_type: str, payload: str) -> dict[str, Any]:
    session = event.session_sid if is_sid(event.session_sid, "KC") else ""
    sid = delivery_sid(service.sid, event.n, f"{event.random}{kind}")
    return {"sid": sid, "kind": kind, "type": told_type, "session": session, "payload": payload}


def delivery_sid(service_sid: str, n: int, salt: str) -> str:
    """Begins as the Service's does, so that it is found by the delivery's alone; then in the order of events."""
    return f"DL{service_sid[2:14]}{n % 16**10:010x}{hashlib.sha256(salt.encode()).hexdigest()[:10]}"
