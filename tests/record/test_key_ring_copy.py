"""The copy of the key ring in the database: which of the two is older, and what happens if they differ."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from common.starting import StoreAway
from record.database import Database, open_engine
from record.key_ring_copy import CopyState, read_copy, reconcile, write_copy, writer
from record.ring_for_start import copy_for_start
from storage import keys
from storage.keyring import KeyRing, added_key, open_ring, stored_ring
from storage.store import Store

SECRET, NEXT = "the first secret, long enough for a ring", "the second secret, long enough for a ring"


@pytest.fixture
def ring(store: Store) -> Iterator[KeyRing]:
    store.client.flushall()
    yield open_ring(store, SECRET)
    store.client.flushall()


def test_it_is_written_once_and_holds_no_key_in_clear(store: Store, engine: Database, ring: KeyRing) -> None:
    assert read_copy(engine) is None
    assert reconcile(store, ring, engine) is CopyState.WRITTEN
    assert reconcile(store, ring, engine) is CopyState.SAME
    assert read_copy(engine) == stored_ring(store)
    assert "sealing" not in (read_copy(engine) or "sealing")


def test_a_store_that_was_lost_gets_it_back(store: Store, engine: Database, ring: KeyRing, database_url: str) -> None:
    reconcile(store, ring, engine)
    sealed = ring.seal.seal("value", "p")
    store.client.flushall()
    assert reconcile(store, ring, engine) is CopyState.RESTORED
    store.client.flushall()
    started = open_ring(store, SECRET, None, lambda: copy_for_start(database_url))
    assert started.seal.open(sealed, "p") == "value"


def test_a_store_that_lost_its_last_writes_gets_the_new_key(store: Store, engine: Database, ring: KeyRing) -> None:
    """A failover without the last second."""
    before = stored_ring(store)
    assert ring.replace(added_key(ring.content(), 1)[1], writer(engine))
    store.client.hset(keys.ring("keyring"), "wrapped", before or "")
    ring.reread()
    assert ring.content().sealing.keys() == {1}
    assert reconcile(store, ring, engine) is CopyState.RESTORED
    assert ring.content().sealing.keys() == {1, 2}
    assert reconcile(store, ring, engine) in (CopyState.WRITTEN, CopyState.SAME)
    assert read_copy(engine) == stored_ring(store)


def test_a_new_secret_key_reaches_the_copy(store: Store, engine: Database, ring: KeyRing) -> None:
    reconcile(store, ring, engine)
    rotated = open_ring(store, NEXT, SECRET)
    assert reconcile(store, rotated, engine) is CopyState.WRITTEN
    store.client.flushall()
    assert open_ring(store, NEXT, None, lambda: read_copy(engine)).content() == rotated.content()


def test_another_ring_is_never_overwritten(store: Store, engine: Database, ring: KeyRing) -> None:
    reconcile(store, ring, engine)
    copy = read_copy(engine)
    store.client.flushall()
    other = open_ring(store, SECRET)
    assert reconcile(store, other, engine) is CopyState.DIFFERENT
    unreadable = open_ring(store, NEXT, SECRET)
    write_copy(engine, copy or "")
    assert reconcile(store, KeyRing(store, (NEXT,), stored_ring(store) or "", unreadable.content()), engine) is (
        CopyState.DIFFERENT
    )
    assert read_copy(engine) == copy


def test_two_changes_of_one_version_are_told(store: Store, engine: Database, ring: KeyRing) -> None:
    before = stored_ring(store)
    assert ring.replace(added_key(ring.content(), 1)[1], writer(engine))
    store.client.hset(keys.ring("keyring"), "wrapped", before or "")
    assert ring.replace(added_key(ring.content(), 2)[1], lambda wrapped: None)
    assert reconcile(store, ring, engine) is CopyState.DIFFERENT


def test_a_start_waits_for_a_database_that_may_have_the_copy(tmp_path: object) -> None:
    assert copy_for_start(f"sqlite:///{tmp_path}/none.sqlite3") is None
    with pytest.raises(StoreAway, match="may have its copy"):
        copy_for_start("postgresql://user:word@127.0.0.1:1/maskline")


def test_before_the_first_migration_there_is_none(tmp_path: object) -> None:
    url = f"sqlite:///{tmp_path}/empty.sqlite3"
    open_engine(url).connect().close()
    assert copy_for_start(url) is None
