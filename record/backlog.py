"""How far the record is behind the store."""

from __future__ import annotations

from collections.abc import Iterable

from storage import keys
from storage.store import Store


def backlog(store: Store, service_sids: Iterable[str]) -> tuple[int, int | None]:
    """Events of these Services that are not in the record, 1,000 of each counted at most; moment of the oldest (ms)."""
    found = [_unrecorded(store, sid) for sid in service_sids]
    oldest = [int(entries[0].partition(b"-")[0]) for entries in found if entries]
    return sum(map(len, found)), min(oldest, default=None)


def _unrecorded(store: Store, service_sid: str) -> list[bytes]:
    """Ids of the stream's entries, each beginning with its moment in ms."""
    client = store.client
    place = store.guard(lambda: client.hget(keys.service("clock", service_sid), "d"))
    start = b"(" + place if place else b"-"
    return [entry for entry, _ in store.guard(lambda: client.xrange(keys.events(service_sid), start, "+", count=1000))]
