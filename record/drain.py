"""The drain: moves events from a Service's stream into the record, in order, each once, then trims the stream."""

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
from storage.short_form import unfold_event
from storage.store import Store

BATCH = 500


@dataclass(frozen=True, slots=True)
class Event:
    """An entry of the stream. (epoch, n, random) identifies it."""

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
    """Returns how many entries were read from the stream; `batch` of them means that there may be more.

    May be repeated and may run twice at the same time: an event that is already recorded is only trimmed, and only
    after its callbacks were queued.
    """
    recorded_to, entries = _read(store, service_sid, batch)
    if entries:
        _append(engine, service_sid, entries)
    if entries or recorded_to:
        _trim(store, service_sid, entries)
    return len(entries)


def _read(store: Store, service_sid: str, batch: int) -> tuple[bytes | None, list[Event]]:
    """(The entry up to which the stream is recorded, if any; the entries after it.)"""
    stream, clock = keys.events(service_sid), keys.service("clock", service_sid)

    def read() -> list[Any]:
        with store.pipeline(stream, transaction=False) as pipeline:
            pipeline.hget(clock, "d")
            pipeline.xrange(stream, count=batch)
            return list(pipeline.execute())

    recorded_to, entries = store.guard(read)
    if recorded_to:
        entries = store.guard(lambda: store.client.xrange(stream, b"(" + recorded_to, count=batch))
    return recorded_to, [_event(service_sid, entry, fields) for entry, fields in entries]


def _trim(store: Store, service_sid: str, entries: Sequence[Event]) -> None:
    # By id, not "all before": after a failover the stream may have older entries that were not recorded.
    store.service("trim_events", service_sid, {"entries": [event.entry.decode() for event in entries]})


def _event(service_sid: str, entry: bytes, fields: dict[bytes, bytes]) -> Event:
    try:
        fields = unfold_event(fields)
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
    except (LookupError, ValueError, TypeError):
        raise Unreadable(f"{service_sid}: entry {entry.decode()} of the stream is no event") from None


def _text(raw: bytes) -> str:
    """Escape invalid bytes, and NUL, which PostgreSQL refuses: they must not stop the record of a Service."""
    return raw.decode("utf-8", "backslashreplace").replace("\0", "\\u0000")


def _append(engine: Engine, service_sid: str, entries: Sequence[Event]) -> None:
    _ensure_head(engine, service_sid)
    with writing(engine) as connection:
        head = _head(connection, service_sid)
        new_events = _new_events(connection, service_sid, head, entries)
        if new_events:
            _insert(connection, service_sid, head, new_events)


def _ensure_head(engine: Engine, service_sid: str) -> None:
    """In its own transaction, so that there is always a row to lock."""
    with engine.connect() as connection:
        if connection.execute(_select_head(service_sid)).first():
            return
    first = {"service_sid": service_sid, "n": 0, "hash": chain.genesis(service_sid)}
    try:
        with writing(engine) as connection:
            connection.execute(insert(chain_heads).values(first))
    except IntegrityError:
        pass  # another drain inserted it first


def _select_head(service_sid: str) -> Any:
    return select(chain_heads.c.n, chain_heads.c.hash).where(chain_heads.c.service_sid == service_sid)


def _head(connection: Connection, service_sid: str) -> Head:
    """Lock the head until the transaction ends. Raises Broken unless it is the hash of the last event."""
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


def _new_events(connection: Connection, service_sid: str, head: Head, entries: Sequence[Event]) -> list[Event]:
    """The events that are not recorded yet. Raises Fork or Gap unless they continue exactly where the record ends."""
    repeated = [event for event in entries if event.n <= head.n]
    _compare(service_sid, repeated, _recorded(connection, service_sid, repeated))
    new_events = [event for event in entries if event.n > head.n]
    for expected, event in enumerate(new_events, head.n + 1):
        if event.n < expected:
            raise Fork(service_sid, event.n, "is in the stream twice")
        if event.n > expected:
            raise Gap(
                service_sid, expected,
                f"is missing, the next event in the stream is {event.n}; set DATABASE_URL to the database that has it",
            )  # fmt: skip
    return new_events


def _recorded(connection: Connection, service_sid: str, repeated: Sequence[Event]) -> dict[int, tuple[int, str]]:
    if not repeated:
        return {}
    numbers = [event.n for event in repeated]
    rows = connection.execute(
        select(events.c.n, events.c.epoch, events.c.random)
        .where(events.c.service_sid == service_sid)
        .where(events.c.n.between(min(numbers), max(numbers)))
    )
    return {n: (epoch, random) for n, epoch, random in rows}


def _compare(service_sid: str, repeated: Sequence[Event], recorded: dict[int, tuple[int, str]]) -> None:
    for event in repeated:
        if event.n not in recorded:
            raise Broken(service_sid, event.n, "was recorded, but its row is missing; run python -m record.verify")
        if recorded[event.n] != (event.epoch, event.random):
            raise Fork(service_sid, event.n, "is recorded with another random part")


def _insert(connection: Connection, service_sid: str, head: Head, new_events: Sequence[Event]) -> None:
    rows: list[dict[str, Any]] = []
    details: list[dict[str, Any]] = []
    previous = head.hash
    for event in new_events:
        salt = os.urandom(chain.SALT_BYTES).hex()
        row = _row(service_sid, event, chain.commitment(salt, event.detail))
        previous = row["hash"] = chain.link(previous, row)
        rows.append(row)
        details.append({"service_sid": service_sid, "n": event.n, "salt": salt, "detail": event.detail})
    connection.execute(insert(events), rows)
    connection.execute(insert(event_details), details)
    _move_head(connection, service_sid, head, Head(new_events[-1].n, previous))


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


def _move_head(connection: Connection, service_sid: str, old: Head, new: Head) -> None:
    """Compare and swap: the lock already keeps other drains out; this also works without it."""
    changed = connection.execute(
        update(chain_heads)
        .where(chain_heads.c.service_sid == service_sid, chain_heads.c.n == old.n, chain_heads.c.hash == old.hash)
        .values(n=new.n, hash=new.hash)
    )
    if changed.rowcount != 1:
        raise Broken(service_sid, old.n, "another process changed the head of the chain")
