"""New sealing keys: every process has one before a value is sealed with it; a lost key ring comes back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from storage import keyring, keys
from storage.keyring import KeyRing, KeyRingLocked, added_key, open_ring, stored_ring, without_key
from storage.seal import SealBroken
from storage.store import Store
from tests.support import stores
from tests.support.webhooks import Clock

SECRET, NEXT = "the first secret, long enough for a ring", "the second secret, long enough for a ring"
START = 1_800_000_000_000


class Process:
    """A process with its own connection, key ring and clock."""

    def __init__(self, url: str, clock: Clock, secret: str = SECRET, former: str | None = None) -> None:
        self.store = Store(url, clock)
        self.ring: KeyRing = open_ring(self.store, secret, former)
        self.seal = self.ring.seal

    def add_key(self) -> int:
        key_id, changed = added_key(self.ring.content(), self.store.clock() if self.store.clock else 0)
        assert self.ring.replace(changed, lambda wrapped: None)
        return key_id


@pytest.fixture
def url(valkey_url: str) -> Iterator[str]:
    stores.empty(valkey_url)
    yield valkey_url
    stores.empty(valkey_url)


@pytest.fixture
def clock() -> Clock:
    return Clock(START)


def used(process: Process) -> int:
    """The id of the key with which it seals now."""
    return process.seal.seal_bytes(b"value", "p")[0]


def test_no_process_seals_with_a_new_key_before_all_have_it(url: str, clock: Clock) -> None:
    first, second = Process(url, clock), Process(url, clock)
    assert first.add_key() == 2
    for _ in range(keyring.USE_AFTER_SECONDS - 1):
        clock.advance(1)
        assert (used(first), used(second)) == (1, 1)
    assert second.ring.content().sealing.keys() == {1, 2}
    clock.advance(keyring.REREAD_SECONDS + 1)
    assert (used(first), used(second)) == (2, 2)


def test_an_unknown_key_makes_a_process_read_the_ring_again(url: str, clock: Clock) -> None:
    """It was idle, or suspended: its clock stands still, so it would not read by itself."""
    idle, busy = Process(url, Clock(START)), Process(url, clock)
    busy.add_key()
    clock.advance(keyring.USE_AFTER_SECONDS)
    sealed = busy.seal.seal("value", "p")
    assert used(busy) == 2
    assert idle.seal.open(sealed, "p") == "value"


def test_what_was_sealed_before_stays_readable(url: str, clock: Clock) -> None:
    process = Process(url, clock)
    sealed = process.seal.seal("value", "p")
    process.add_key()
    clock.advance(1000)
    assert used(process) == 2
    assert process.seal.open(sealed, "p") == "value"
    assert Process(url, clock).seal.open(sealed, "p") == "value"


def test_a_key_that_left_opens_nothing_in_any_process(url: str, clock: Clock) -> None:
    first, second = Process(url, clock), Process(url, clock)
    sealed = first.seal.seal("value", "p")
    first.add_key()
    clock.advance(1000)
    assert first.ring.replace(without_key(first.ring.content(), 1), lambda wrapped: None)
    used(second)
    for process in (first, second, Process(url, clock)):
        with pytest.raises(SealBroken):
            process.seal.open(sealed, "p")


def test_of_two_changes_at_once_one_is_refused(url: str, clock: Clock) -> None:
    first, second = Process(url, clock), Process(url, clock)
    changed = added_key(second.ring.content(), START)[1]
    first.add_key()
    copied: list[str] = []
    assert not second.ring.replace(changed, copied.append)
    assert copied == []
    assert second.ring.content() == first.ring.content()


def test_a_process_with_the_former_secret_keeps_its_keys(url: str, clock: Clock) -> None:
    """During a rolling restart some processes have the former SECRET_KEY alone."""
    old = Process(url, clock)
    sealed = old.seal.seal("value", "p")
    new = Process(url, clock, NEXT, SECRET)
    clock.advance(1000)
    assert used(old) == 1 and old.seal.open(sealed, "p") == "value"
    assert new.seal.open(sealed, "p") == "value"
    with pytest.raises(KeyRingLocked):
        Process(url, clock)


def test_a_ring_of_another_installation_is_not_taken_over(url: str, clock: Clock) -> None:
    process = Process(url, clock)
    sealed = process.seal.seal("value", "p")
    process.store.client.delete(keys.ring("keyring"))
    clock.advance(1000)
    assert used(process) == 1
    Process(url, clock)
    clock.advance(1000)
    assert used(process) == 1 and process.seal.open(sealed, "p") == "value"


def test_an_empty_store_gets_the_copy_and_no_new_ring(url: str, clock: Clock) -> None:
    process = Process(url, clock)
    sealed, copy = process.seal.seal("value", "p"), stored_ring(process.store)
    process.store.client.flushall()
    restored = open_ring(Store(url, clock), SECRET, None, lambda: copy)
    assert restored.seal.open(sealed, "p") == "value"
    assert stored_ring(process.store) == copy
    assert open_ring(Store(url, clock), SECRET, None, lambda: pytest.fail("not read")).content() == restored.content()
