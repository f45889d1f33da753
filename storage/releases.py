"""The libraries of functions that the store holds: this release's, and those of earlier ones.

Each has the version of its source in its name and in those of its functions, so that the processes of two releases work
side by side. What a release removes too early is loaded again by the next call.
"""

from __future__ import annotations

from typing import Any

import redis

from storage import keys, library
from storage.store import Store


def load(store: Store, *, released: bool = False) -> None:
    """Loads this release's, if it is not there, and notes when; a release is noted each time.

    Raises FunctionsForbidden, StoreUnavailable.
    """

    def act() -> None:
        if store.load() or released:
            seconds, _ = store.client.time()
            store.client.zadd(keys.ring("libraries"), {library.name(): seconds * 1000})

    store.guard(act)


def remove_old(store: Store) -> list[str]:
    """Removes all of ours but this release's and the one that was loaded or released last before; returns the others.

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
