"""The key ring: random keys, created once per installation, stored encrypted with SECRET_KEY, and copied to SQL.

A new sealing key is used only after USE_AFTER_SECONDS, and each process reads the ring again before it seals something
with keys that it read REREAD_SECONDS ago: so every process has a key before the first value is sealed with it. A
process that has not sealed anything for long reads the ring when it meets a key that it does not know.
"""

from __future__ import annotations

import hmac
import logging
import os
import time
from collections.abc import Callable

from storage import keys
from storage.index import Index
from storage.seal import Seal
from storage.store import Store
from storage.wrapping import RingKeys, SealingKey, new_keys, unwrap, wrap

log = logging.getLogger("maskline.keyring")

REREAD_SECONDS = 60
USE_AFTER_SECONDS = 120
#: A sealing key leaves the ring only so long after the next one came into use: a process that was suspended in between
#: may have sealed a value with it and not written it yet.
LEAVE_AFTER_SECONDS = 600
#: A key's id is one byte of each value.
FIRST_ID, LARGEST_ID = 1, 255


class KeyRingLocked(Exception):
    """Neither SECRET_KEY nor SECRET_KEY_FORMER decrypts the key ring."""


class KeyRing:
    """`index` finds people, `seal` encrypts values at rest, `derive` gives a key for any other purpose."""

    def __init__(self, store: Store, secrets: tuple[str | None, ...], wrapped: str, content: RingKeys) -> None:
        self._store, self._secrets = store, secrets
        self._wrapped, self._content = wrapped, content
        self._read_ms = _now_ms(store)
        self._current = self._newest_in_use()
        self.index = Index(content.index)
        self.seal = Seal(self)

    def derive(self, label: str) -> bytes:
        """A key of 32 bytes for one purpose. It is the same in every process, and says nothing of other keys."""
        return hmac.digest(self._content.root, label.encode(), "sha256")

    def sealing_key(self) -> tuple[int, bytes]:
        """The id and the key that seal now. Raises StoreUnavailable."""
        if not 0 <= _now_ms(self._store) - self._read_ms < REREAD_SECONDS * 1000:
            self.reread()
        return self._current, self._content.sealing[self._current].key

    def find_key(self, key_id: int) -> bytes | None:
        """Raises StoreUnavailable."""
        if key_id not in self._content.sealing:
            self.reread()
        found = self._content.sealing.get(key_id)
        return found.key if found else None

    def reread(self) -> None:
        """A ring that was lost, that SECRET_KEY does not open or that is of another installation is not taken over."""
        self._read_ms = _now_ms(self._store)
        wrapped = stored_ring(self._store)
        if wrapped is not None and wrapped != self._wrapped:
            content = unwrap(wrapped, self._secrets)
            if content is None or content.index != self._content.index:
                log.error("the key ring in the store is not the one of this process: check SECRET_KEY, and restart it")
            else:
                self._wrapped, self._content = wrapped, content
        self._current = self._newest_in_use()

    def content(self) -> RingKeys:
        """As it is in the store now. Raises StoreUnavailable."""
        self.reread()
        return self._content

    def replace(self, changed: RingKeys, copy: Callable[[str], None]) -> bool:
        """False if another process has changed the ring meanwhile. `copy` writes it to SQL.

        A new key is used only later, so it is in both before a value is sealed with it.
        """
        if not self.replace_stored(self._wrapped, changed):
            return False
        copy(self._wrapped)
        return True

    def replace_stored(self, former: str, changed: RingKeys) -> bool:
        """`former`: as it is wrapped in the store; False if that is not so any more."""
        done = _replace(self._store, former, wrap(changed, self._secrets[0] or ""))
        self.reread()
        return done

    def opened(self, wrapped: str) -> RingKeys | None:
        """Another wrapped ring, or None if SECRET_KEY does not open it."""
        return unwrap(wrapped, self._secrets)

    def in_use_ms(self, key_id: int) -> int:
        """Since when, or from when on, this key may seal."""
        # The first key is made with the ring: there was no other process.
        wait = 0 if key_id == FIRST_ID else USE_AFTER_SECONDS * 1000
        return self._content.sealing[key_id].added_ms + wait

    def _newest_in_use(self) -> int:
        now = _now_ms(self._store)
        ready = [key_id for key_id in self._content.sealing if self.in_use_ms(key_id) <= now]
        return max(ready) if ready else min(self._content.sealing)


def open_ring(
    store: Store, secret: str, former: str | None = None, copy: Callable[[], str | None] = lambda: None
) -> KeyRing:
    """Decrypts the key ring, which the very first start creates; with the `former` secret, re-encrypts it.

    `copy` reads the ring's copy in SQL, which a store that was lost gets back. Raises KeyRingLocked, StoreUnavailable,
    and what `copy` raises.
    """
    wrapped = stored_ring(store) or _created(store, copy() or wrap(new_keys(_now_ms(store)), secret))
    content = unwrap(wrapped, (secret, former))
    if content is None:
        raise KeyRingLocked(
            "SECRET_KEY does not open the key ring in the store. Set SECRET_KEY to the value it was created with, "
            "or set SECRET_KEY_FORMER to that value and keep the new SECRET_KEY."
        )
    if former and unwrap(wrapped, (secret,)) is None:
        _replace(store, wrapped, wrap(content, secret))
        return open_ring(store, secret, former, copy)
    return KeyRing(store, (secret, former), wrapped, content)


def stored_ring(store: Store) -> str | None:
    """As it is wrapped in the store."""
    found: bytes | None = store.guard(lambda: store.client.hget(keys.ring("keyring"), "wrapped"))
    return found.decode() if found else None


def put_back(store: Store, wrapped: str) -> bool:
    """Writes the copy of a ring to a store that has none. False if the store has one."""
    return bool(store.guard(lambda: store.client.hsetnx(keys.ring("keyring"), "wrapped", wrapped)))


def added_key(content: RingKeys, now_ms: int) -> tuple[int, RingKeys]:
    """The id of the new sealing key, and the ring with it. Raises ValueError if there is no id left."""
    key_id = max(content.sealing) + 1
    if key_id > LARGEST_ID:
        raise ValueError("no id is left")
    return key_id, content.with_sealing({**content.sealing, key_id: SealingKey(os.urandom(32), now_ms)})


def without_key(content: RingKeys, key_id: int) -> RingKeys:
    return content.with_sealing({i: one for i, one in content.sealing.items() if i != key_id})


def _created(store: Store, wrapped: str) -> str:
    put_back(store, wrapped)
    return stored_ring(store) or wrapped


def _replace(store: Store, former: str, wrapped: str) -> bool:
    answer: dict[str, bool] = store.ring("replace_keyring", {"former": former, "wrapped": wrapped})
    return answer["replaced"]


def _now_ms(store: Store) -> int:
    return store.clock() if store.clock else int(time.time() * 1000)
