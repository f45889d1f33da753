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
            seconds = store.now_ms() // 1000
            store.client.zadd(keys.ring("libraries"), {library.name(): seconds * 1000})

    store.guard(act)


def remove_old(store: Store) -> list[str]:
    """Removes our libraries except this release's and the newest earlier one. Returns the names of the removed ones.

    Raises StoreUnavailable.
    """

    def act() -> list[str]:
        primaries = [server.client for server in store.servers.primaries()]
        found = _old(store, set().union(*(_ours(server) for server in primaries)))
        for name in found:
            for server in primaries:
                _remove(server, name)
            store.client.zrem(keys.ring("libraries"), name)
        return found

    removed: list[str] = store.guard(act)
    return removed


def _ours(server: redis.Redis) -> set[str]:
    rows: Any = server.function_list(library=f"{library.PREFIX}*")
    return {row[row.index(b"library_name") + 1].decode() for row in rows}


def _old(store: Store, ours: set[str]) -> list[str]:
    there = ours - {library.name()}
    loaded: Any = store.client.zrange(keys.ring("libraries"), 0, -1, desc=True)
    newest = [name.decode() for name in loaded if name.decode() in there][:1]
    return sorted(there - set(newest))


def _remove(server: redis.Redis, name: str) -> None:
    try:
        server.function_delete(name)
    except redis.exceptions.ResponseError as error:
        if "Library not found" not in str(error):
            raise
