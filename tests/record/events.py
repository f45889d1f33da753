"""Writes events as storage/lua/modules/events.lua does, and reads them from the record."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import select

from record.database import Database, reading
from record.tables import event_details, events
from storage import keys
from storage.store import Store
from tests.support.entries import entry

SERVICE = "KS" + "5" * 32
OTHER = "KS" + "6" * 32


def fields(number: int, changes: dict[str, Any]) -> dict[Any, Any]:
    known = {
        "n": number, "e": 1, "r": f"{number:016x}", "t": "session.opened", "at": 1_700_000_000_000 + number,
        "s": "KC" + "7" * 32, "d": json.dumps({"number": number}),
    }  # fmt: skip
    return entry({**known, **changes})


def emit(store: Store, first: int, last: int, service_sid: str = SERVICE, **changes: Any) -> None:
    for n in range(first, last + 1):
        store.client.xadd(keys.events(service_sid), fields(n, changes))


def waiting(store: Store, service_sid: str = SERVICE) -> int:
    return int(store.client.xlen(keys.events(service_sid)))


def recorded(engine: Database, service_sid: str = SERVICE) -> list[int]:
    with reading(engine) as connection:
        query = select(events.c.n).where(events.c.service_sid == service_sid).order_by(events.c.n)
        return list(connection.scalars(query))


def details(engine: Database, service_sid: str = SERVICE) -> list[str]:
    with reading(engine) as connection:
        query = select(event_details.c.detail).where(event_details.c.service_sid == service_sid)
        return list(connection.scalars(query.order_by(event_details.c.n)))
