"""Recomputes the chain of a Service from its rows and finds the first bad event."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, Select, and_, select, union

from record import chain
from record.database import reading
from record.details import is_sealed, open_detail
from record.errors import Broken
from record.tables import chain_heads, event_details, events
from storage.seal import Seal, SealBroken

PAGE = 1000


@dataclass(frozen=True, slots=True)
class Verdict:
    """`bad_n` is None for a good chain. `unread`: details that only SECRET_KEY could open.

    Deleted last events with a matching head show only against the store.
    """

    service_sid: str
    events: int
    erased: int
    bad_n: int | None = None
    problem: str = ""
    unread: int = 0

    def __str__(self) -> str:
        if self.bad_n is not None:
            return f"{self.service_sid}: BAD at event {self.bad_n}: {self.problem}"
        unread = f", details of {self.unread} sealed and not checked: set SECRET_KEY" if self.unread else ""
        return f"{self.service_sid}: good, {self.events} events, details of {self.erased} erased{unread}"


@dataclass(slots=True)
class _ChainState:
    """The state of the recomputation."""

    service_sid: str
    n: int
    hash: str
    seal: Seal | None
    erased: int = 0
    unread: int = 0

    def step(self, row: dict[str, Any]) -> None:
        expected = self.n + 1
        if row["n"] != expected:
            raise Broken(self.service_sid, expected, f"is missing, the next event is {row['n']}")
        if chain.link(self.hash, row) != row["hash"]:
            raise Broken(self.service_sid, expected, "does not fit its hash")
        self._detail(row)
        self.n, self.hash = expected, row["hash"]

    def _detail(self, row: dict[str, Any]) -> None:
        if row["salt"] is None:
            self.erased += 1
        elif self.seal is None and is_sealed(row["detail"]):
            self.unread += 1
        elif not _detail_matches(row, self.seal):
            raise Broken(self.service_sid, row["n"], "its detail was altered")


def _detail_matches(row: dict[str, Any], seal: Seal | None) -> bool:
    try:
        text = open_detail(seal, row["service_sid"], row["n"], row["detail"]).text if seal else row["detail"]
        return bool(chain.commitment(row["salt"], text) == row["commitment"])
    except (ValueError, SealBroken):
        return False


def verify(engine: Engine, service_sid: str, seal: Seal | None = None) -> Verdict:
    """`seal`: for details that are sealed as a whole; without it these are counted and not checked."""
    walk = _ChainState(service_sid, 0, chain.genesis(service_sid), seal)
    try:
        with reading(engine) as connection:
            for row in _rows(connection, service_sid):
                walk.step(row)
            _check_head(connection, walk)
    except Broken as error:
        return Verdict(service_sid, walk.n, walk.erased, error.n, str(error).partition(": ")[2], walk.unread)
    return Verdict(service_sid, walk.n, walk.erased, unread=walk.unread)


def _rows(connection: Connection, service_sid: str) -> Iterator[dict[str, Any]]:
    same = and_(event_details.c.service_sid == events.c.service_sid, event_details.c.n == events.c.n)
    query = (
        select(events, event_details.c.salt, event_details.c.detail)
        .select_from(events.outerjoin(event_details, same))
        .where(events.c.service_sid == service_sid)
        .order_by(events.c.n)
    )
    for row in connection.execution_options(yield_per=PAGE).execute(query):
        yield dict(row._mapping)


def _check_head(connection: Connection, walk: _ChainState) -> None:
    head = connection.execute(
        select(chain_heads.c.n, chain_heads.c.hash).where(chain_heads.c.service_sid == walk.service_sid)
    ).first()
    if head is None and walk.n:
        raise Broken(walk.service_sid, walk.n, "the head of the chain is missing")
    if head is not None and tuple(head) != (walk.n, walk.hash):
        raise Broken(walk.service_sid, min(walk.n, head.n) + 1, f"the head of the chain is at event {head.n}")


def service_sids(engine: Engine) -> list[str]:
    query: Select[Any] = select(union(select(chain_heads.c.service_sid), select(events.c.service_sid)).subquery())
    with reading(engine) as connection:
        return sorted(connection.scalars(query))
