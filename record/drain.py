"""Moves events from the stream of a Service into the record, in order, each once, then trims the stream."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, insert, select, update
from sqlalchemy.exc import IntegrityError

from record import chain
from record.database import writing
from record.errors import Broken, Fork, Gap, Unreadable
from record.tables import chain_heads, event_details, events
from storage import keys
from storage.store import Store

BATCH = 500


@dataclass(frozen=True, slots=True)
class Event:
    """An entry of the stream. (epoch, n, random) is its identity."""

    entry: bytes
    epoch: int
    n: int
    random: str
    type: str
    at_ms: int
    session_sid: str
    detail: str


@dataclass(frozen=True, slots=True)
class Head:
    n: int
    hash: str


def drain_service(store: Store, engine: Engine, service_sid: str, batch: int = BATCH) -> int:
    """Returns how many entries were taken off the stream; `batch` of them means that there may be more.

    May be repeated and may run twice at once: what is recorded already is only trimmed, and not before the courier has
    read it.
    """
    behind, taken = _read(store, service_sid, batch)
    if taken:
        _append(engine, service_sid, taken)
    if taken or behind:
        _trim(store, service_sid, taken)
    return len(taken)


def _read(store: Store, service_sid: str, batch: int) -> tuple[bytes | None, list[Event]]:
    """The place up to which what is left is recorded, if any is, and the entries behind it."""
    stream, clock = keys.events(service_sid), keys.service("clock", service_sid)

    def ask() -> list[Any]:
        with store.client.pipeline(transaction=False) as line:
            line.hget(clock, "d")
            line.xrange(stream, count=batch)
            return line.execute()

    behind, entries = store.guard(ask)
    if behind:
        entries = store.guard(lambda: store.client.xrange(stream, b"(" + behind, count=batch))
    return behind, [_event(service_sid, entry, fields) for entry, fields in entries]


def _trim(store: Store, service_sid: str, taken: Sequence[Event]) -> None:
    # By id, not "all before": after a failover the stream may hold older entries that nobody recorded.
    store.service("trim_events", service_sid, {"entries": [event.entry.decode() for event in taken]})


def _event(service_sid: str, entry: bytes, fields: dict[bytes, bytes]) -> Event:
    try:
        return Event(
            entry=entry,
            epoch=int(fields[b"e"]),
            n=int(fields[b"n"]),
            random=_text(fields[b"r"]),
            type=_text(fields[b"t"]),
            at_ms=int(fields[b"at"]),
            session_sid=_text(fields[b"s"]),
            detail=_text(fields[b"d"]),
        )
    except (KeyError, ValueError):
        raise Unreadable(f"{service_sid}: entry {entry.decode()} of the stream is no event") from None


def _text(raw: bytes) -> str:
    """One broken byte, or the NUL that PostgreSQL refuses, must not hold up the record of a Service."""
    return raw.decode("utf-8", "backslashreplace").replace("\0", "\\u0000")


def _append(engine: Engine, service_sid: str, taken: Sequence[Event]) -> None:
    _ensure_head(engine, service_sid)
    with writing(engine) as connection:
        head = _head(connection, service_sid)
        fresh = _fresh(connection, service_sid, head, taken)
        if fresh:
            _insert(connection, service_sid, head, fresh)


def _ensure_head(engine: Engine, service_sid: str) -> None:
    """In a transaction of its own, so that there is always a row to lock."""
    with engine.connect() as connection:
        if connection.execute(_select_head(service_sid)).first():
            return
    first = {"service_sid": service_sid, "n": 0, "hash": chain.genesis(service_sid)}
    try:
        with writing(engine) as connection:
            connection.execute(insert(chain_heads).values(first))
    except IntegrityError:
        pass  # another drain was faster


def _select_head(service_sid: str) -> Any:
    return select(chain_heads.c.n, chain_heads.c.hash).where(chain_heads.c.service_sid == service_sid)


def _head(connection: Connection, service_sid: str) -> Head:
    """Locks the head until the end of the transaction; it has to be the hash of the last event."""
    n, head = connection.execute(_select_head(service_sid).with_for_update()).one()
    last = connection.execute(
        select(events.c.n, events.c.hash)
        .where(events.c.service_sid == service_sid)
        .order_by(events.c.n.desc())
        .limit(1)
    ).first()
    if (n, head) != (tuple(last) if last else (0, chain.genesis(service_sid))):
        raise Broken(service_sid, n, "the head of the chain is not its last event; run python -m record.verify")
    return Head(n, head)


def _fresh(connection: Connection, service_sid: str, head: Head, taken: Sequence[Event]) -> list[Event]:
    """Those not recorded yet, checked to go on exactly where the record ends."""
    again = [event for event in taken if event.n <= head.n]
    _compare(service_sid, again, _recorded(connection, service_sid, again))
    fresh = [event for event in taken if event.n > head.n]
    for expected, event in enumerate(fresh, head.n + 1):
        if event.n < expected:
            raise Fork(service_sid, event.n, "stands in the stream twice")
        if event.n > expected:
            raise Gap(
                service_sid, expected,
                f"is missing, the stream goes on at {event.n}; point DATABASE_URL at the database that has it",
            )  # fmt: skip
    return fresh


def _recorded(connection: Connection, service_sid: str, again: Sequence[Event]) -> dict[int, tuple[int, str]]:
    if not again:
        return {}
    numbers = [event.n for event in again]
    rows = connection.execute(
        select(events.c.n, events.c.epoch, events.c.random)
        .where(events.c.service_sid == service_sid)
        .where(events.c.n.between(min(numbers), max(numbers)))
    )
    return {n: (epoch, random) for n, epoch, random in rows}


def _compare(service_sid: str, again: Sequence[Event], recorded: dict[int, tuple[int, str]]) -> None:
    for event in again:
        if event.n not in recorded:
            raise Broken(service_sid, event.n, "was recorded and is gone; run python -m record.verify")
        if recorded[event.n] != (event.epoch, event.random):
            raise Fork(service_sid, event.n, "is recorded with another random part")


def _insert(connection: Connection, service_sid: str, head: Head, fresh: Sequence[Event]) -> None:
    rows: list[dict[str, Any]] = []
    details: list[dict[str, Any]] = []
    previous = head.hash
    for event in fresh:
        salt = os.urandom(chain.SALT_BYTES).hex()
        row = _row(service_sid, event, chain.commitment(salt, event.detail))
        previous = row["hash"] = chain.link(previous, row)
        rows.append(row)
        details.append({"service_sid": service_sid, "n": event.n, "salt": salt, "detail": event.detail})
    connection.execute(insert(events), rows)
    connection.execute(insert(event_details), details)
    _swap(connection, service_sid, head, Head(fresh[-1].n, previous))


def _row(service_sid: str, event: Event, commitment: str) -> dict[str, Any]:
    return {
        "service_sid": service_sid,
        "n": event.n,
        "epoch": event.epoch,
        "random": event.random,
        "type": event.type,
        "at_ms": event.at_ms,
        "session_sid": event.session_sid,
        "commitment": commitment,
    }


def _swap(connection: Connection, service_sid: str, old: Head, new: Head) -> None:
    """The lock already keeps others out; this holds even where it does not."""
    changed = connection.execute(
        update(chain_heads)
        .where(chain_heads.c.service_sid == service_sid, chain_heads.c.n == old.n, chain_heads.c.hash == old.hash)
        .values(n=new.n, hash=new.hash)
    )
    if changed.rowcount != 1:
        raise Broken(service_sid, old.n, "the head of the chain moved meanwhile")
