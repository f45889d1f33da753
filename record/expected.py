"""How many events the record must have, by the store: whoever deletes rows of the record cannot change that number."""

from __future__ import annotations

from typing import Any

from storage import keys
from storage.index import Index
from storage.short_form import unfold_event
from storage.store import Store


def recorded_events(store: Store) -> dict[str, int]:
    """Service SID -> the least number of events that the record must have, for Services that are not deleted.

    An event leaves the stream only after it is recorded. So the record has all events before the first one that is
    still in the stream, or all events if the stream is empty.

    Call this before you read the record: rows may be added meanwhile, never removed.
    """
    owners = store.guard(lambda: store.client.hkeys(keys.installation_services()))
    return {sid: _recorded(store, sid) for sid in sorted(owner.decode() for owner in owners)}


def _recorded(store: Store, service_sid: str) -> int:
    def ask() -> list[Any]:
        # In one transaction: between two reads an event could be added and recorded.
        with store.pipeline(keys.events(service_sid)) as pipeline:
            pipeline.hget(keys.service("clock", service_sid), "n")
            pipeline.xrange(keys.events(service_sid), count=1)
            return list(pipeline.execute())

    last, waiting = store.guard(ask)
    return int(unfold_event(waiting[0][1])[b"n"]) - 1 if waiting else int(last or 0)


def services_named(store: Store, index: Index, name: str) -> list[str]:
    """The SIDs of the Services with this unique name, at most one in each account."""
    accounts = {sid.decode() for sid in store.guard(lambda: store.client.hvals(keys.installation_services()))}
    found = (_service_named(store, account_sid, index.of_name(account_sid, name)) for account_sid in accounts)
    return sorted(sid.decode() for sid in found if sid)


def _service_named(store: Store, account_sid: str, name_hash: str) -> Any:
    return store.guard(lambda: store.client.hget(keys.account("service_names", account_sid), name_hash))
