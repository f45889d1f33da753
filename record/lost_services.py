"""Services that the record has and the store has not: the store was emptied, or its address leads to another one."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, Engine, select

from record.database import reading
from record.tables import events
from record.walk import service_sids

#: After its deletion a Service has only events of what was still going on in it.
LAST_EVENTS = 200


def lost_services(engine: Engine, known: Collection[str]) -> list[str]:
    """`known`: the Services that the store has, read before the record."""
    unknown = [sid for sid in service_sids(engine) if sid not in known]
    with reading(engine) as connection:
        return [sid for sid in unknown if not _is_deleted(connection, sid)]


def _is_deleted(connection: Connection, service_sid: str) -> bool:
    last = select(events.c.type).where(events.c.service_sid == service_sid).order_by(events.c.n.desc())
    return "service.deleted" in set(connection.scalars(last.limit(LAST_EVENTS)))
