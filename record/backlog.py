"""How far the record is behind the store."""

from __future__ import annotations

from collections.abc import Iterable

from storage import keys
from storage.store import Store


def backlog(store: Store, service_sids: Iterable[str]) -> tuple[int, int | None]:
    """(Events that are not in the record, counting at most 1,000 of each Service; time of the oldest in ms)."""
    found = [_unrecorded(store, sid) for sid in service_sids]
    oldest = [int(entries[0].partition(b"-")[0]) for entries in found if entries]
    return sum(map(len, found)), min(oldest, default=None)


def _unrecorded(store: Store, service_sid: str) -> list[bytes]:
    """Ids of the stream's entries; each begins with its time in ms."""
    client = store.client
    recorded_to = store.guard(lambda: client.hget(keys.service("clock", service_sid), "d"))
    start = b"(" + recorded_to if recorded_to else b"-"
    return [entry for entry, _ in store.guard(lambda: client.xrange(keys.events(service_sid), start, "+", count=1000))]
