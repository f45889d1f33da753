"""The libraries of functions in the store: that of this release, and those of earlier releases.

The names of a library and of its functions contain the version of its source, so processes of two releases can work at
the same time. A library that was removed too early is loaded again by the next call.
"""

from __future__ import annotations

from typing import Any

import redis

from storage import keys, library
from storage.store import Store


def load(store: Store, *, released: bool = False) -> None:
    """Loads this release's library if it is not there, and records when. `released`: records the time in any case.

    Raises FunctionsForbidden, StoreUnavailable.
    """

    def act() -> None:
        if store.load() or released:
            seconds, _ = store.client.time()
            store.client.zadd(keys.ring("libraries"), {library.name(): seconds * 1000})

    store.guard(act)


def remove_old(store: Store) -> list[str]:
    """Removes our libraries except this release's and the newest earlier one. Returns the names of the removed ones.

    Raises StoreUnavailable.
    """

    def act() -> list[str]:
        found = _old(store.client)
        for name in found:
            _remove(store.client, name)
        return found

    removed: list[str] = store.guard(act)
    return removed


def _old(client: redis.Redis) -> list[str]:
    rows: Any = client.function_list(library=f"{library.PREFIX}*")
    there = {row[row.index(b"library_name") + 1].decode() for row in rows} - {library.name()}
    loaded: Any = client.zrange(keys.ring("libraries"), 0, -1, desc=True)
    newest = [name.decode() for name in loaded if name.decode() in there][:1]
    return sorted(there - set(newest))


def _remove(client: redis.Redis, name: str) -> None:
    try:
        client.function_delete(name)
    except redis.exceptions.ResponseError as error:
        if "Library not found" not in str(error):
            raise
    client.zrem(keys.ring("libraries"), name)
