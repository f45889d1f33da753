"""Changes of the key ring, in the store and in the database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from common.errors import Refused, Unavailable
from common.runtime import Runtime
from record.database import Database, open_engine
from record.errors import RecordError
from record.key_ring_copy import CopyState, reconcile, write_copy, writer
from record.migrate import check
from storage.keyring import added_key, stored_ring

AT_ONCE = "The key ring was changed at the same time: look at it (flask keyring list), then try again"


@dataclass(frozen=True, slots=True)
class SealingKeyInfo:
    """`state`: new (not yet used) | current | old (nothing new is sealed with it)."""

    id: int
    state: str
    added_ms: int
    in_use_ms: int


def sealing_keys(rt: Runtime) -> list[SealingKeyInfo]:
    content, current = rt.ring.content(), rt.ring.sealing_key()[0]
    return [
        SealingKeyInfo(key_id, _state(key_id, current), key.added_ms, rt.ring.in_use_ms(key_id))
        for key_id, key in sorted(content.sealing.items())
    ]


def _state(key_id: int, current: int) -> str:
    return "current" if key_id == current else "old" if key_id < current else "new"


def add(rt: Runtime) -> SealingKeyInfo:
    """Raises Refused if the ring is full or was changed at the same time, Unavailable if the database is."""
    content = rt.ring.content()
    try:
        key_id, changed = added_key(content, rt.now_ms())
    except ValueError:
        raise Refused(20409, "The key ring has had as many keys as it can") from None
    with database(rt) as engine:
        if not rt.ring.replace(changed, writer(engine)):
            raise Refused(20409, AT_ONCE)
    return next(key for key in sealing_keys(rt) if key.id == key_id)


def copy(rt: Runtime, *, force: bool) -> CopyState:
    """`force`: the store's ring replaces the copy, whatever that is. Raises Unavailable."""
    with database(rt) as engine:
        stored = stored_ring(rt.store)
        if force and stored is not None:
            write_copy(engine, stored)
        return reconcile(rt.store, rt.ring, engine)


@contextmanager
def database(rt: Runtime) -> Iterator[Database]:
    """Raises Unavailable with what the database says."""
    try:
        engine = open_engine(rt.settings.database_url)
        try:
            check(engine)
            yield engine
        finally:
            engine.dispose()
    except RecordError as error:
        raise Unavailable(str(error)) from None
