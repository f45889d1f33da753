"""Changes of the key ring, in the store and in the database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from common.errors import Invalid, Refused, Unavailable
from common.runtime import Runtime
from jobs.sealing.resealing import reseal_store
from record.database import Database, open_engine
from record.errors import RecordError
from record.key_ring_copy import CopyState, reconcile, write_copy, writer
from record.resealing import Counts, reseal_details
from record.schema_check import check
from storage.keyring import LEAVE_AFTER_SECONDS, added_key, stored_ring, without_key

EXPIRE = "Answers, outcomes of webhooks and files are never sealed again: they expire within two days"
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


def reseal(rt: Runtime, *, dry: bool = False) -> Iterator[tuple[str, Counts]]:
    """The counts so far, each with `store` or `database`: values that old keys are needed for. `dry`: only counts.

    Raises Unavailable.
    """
    current = rt.ring.sealing_key()[0]
    old = frozenset(key_id for key_id in rt.ring.content().sealing if key_id < current)
    yield from _walk(rt, old, dry=dry)


def _walk(rt: Runtime, key_ids: frozenset[int], *, dry: bool) -> Iterator[tuple[str, Counts]]:
    if not key_ids:
        return
    for counts in reseal_store(rt, key_ids, dry=dry):
        yield "store", counts
    with database(rt) as engine:
        for counts in reseal_details(engine, rt.seal, key_ids, dry=dry):
            yield "database", counts


def retire(rt: Runtime, key_id: int) -> Iterator[tuple[str, Counts]]:
    """Takes an old key out of the ring, if nothing needs it: first it looks at everything, and gives the counts so far.

    Raises Invalid, Refused, Unavailable.
    """
    _require_old(rt, key_id)
    last: dict[str, Counts] = {}
    for place, counts in _walk(rt, frozenset((key_id,)), dry=True):
        last[place] = counts
        yield place, counts
    if left := sum(counts.left for counts in last.values()):
        raise Refused(20409, f"{left} values need key {key_id}: run flask keyring reseal. {EXPIRE}")
    with database(rt) as engine:
        if not rt.ring.replace(without_key(rt.ring.content(), key_id), writer(engine)):
            raise Refused(20409, AT_ONCE)


def _require_old(rt: Runtime, key_id: int) -> None:
    found = {key.id: key for key in sealing_keys(rt)}
    if key_id not in found:
        raise Invalid("ID", "is not the id of a sealing key: see flask keyring list")
    if found[key_id].state != "old":
        raise Invalid("ID", "is of a key that is used or will be: add another one first")
    current = next(key for key in found.values() if key.state == "current")
    wait_ms = current.in_use_ms + LEAVE_AFTER_SECONDS * 1000 - rt.now_ms()
    if wait_ms > 0:
        raise Refused(20409, f"The current key is used only since a short time: wait {wait_ms // 1000 + 1} seconds")


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
