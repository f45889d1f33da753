"""The copy of the wrapped key ring in the database: without the ring nobody can read what is sealed in the record."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from sqlalchemy import insert, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from record.database import Database, ping, writing
from record.tables import key_ring
from storage.keyring import KeyRing, put_back, stored_ring
from storage.store import Store

ONLY = 1


class CopyState(StrEnum):
    SAME = "same"
    #: The database had none, or an older one.
    WRITTEN = "written"
    #: The store had none, or an older one.
    RESTORED = "restored"
    #: Neither is older than the other, or SECRET_KEY does not open the copy: a person has to decide.
    DIFFERENT = "different"


def read_copy(engine: Database) -> str | None:
    """None: there is none. Raises DatabaseUnusable if the database does not answer."""
    ping(engine)
    try:
        with engine.connect() as connection:
            found: str | None = connection.scalar(select(key_ring.c.wrapped).where(key_ring.c.id == ONLY))
            return found
    except DBAPIError:
        return None  # before the first migration


def write_copy(engine: Database, wrapped: str) -> None:
    with writing(engine) as connection:
        changed = connection.execute(update(key_ring).where(key_ring.c.id == ONLY).values(wrapped=wrapped))
        if changed.rowcount == 1:
            return
    try:
        with writing(engine) as connection:
            connection.execute(insert(key_ring).values(id=ONLY, wrapped=wrapped))
    except IntegrityError:
        write_copy(engine, wrapped)  # another process inserted it first


def writer(engine: Database) -> Callable[[str], None]:
    return lambda wrapped: write_copy(engine, wrapped)


def reconcile(store: Store, ring: KeyRing, engine: Database) -> CopyState:
    """Makes the store and the database agree, where it is clear which of the two is older."""
    copy, stored = read_copy(engine), stored_ring(store)
    if copy == stored:
        return CopyState.SAME
    if stored is None:
        return CopyState.RESTORED if copy is not None and put_back(store, copy) else CopyState.SAME
    if copy is None:
        write_copy(engine, stored)
        return CopyState.WRITTEN
    return _reconcile_both(ring, engine, stored, copy)


def _reconcile_both(ring: KeyRing, engine: Database, stored: str, copy: str) -> CopyState:
    ours, theirs = ring.opened(stored), ring.opened(copy)
    if ours is None or theirs is None or ours.index != theirs.index:
        return CopyState.DIFFERENT
    if theirs.version > ours.version:
        # The store lost its last writes.
        restored = ring.replace_stored(stored, theirs)
        return CopyState.RESTORED if restored else CopyState.SAME
    if theirs.version == ours.version and theirs != ours:
        return CopyState.DIFFERENT
    write_copy(engine, stored)
    return CopyState.WRITTEN
