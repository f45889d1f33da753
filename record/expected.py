"""What the store says that the record must hold: whoever empties tables or cuts them off cannot change that, too."""

from __future__ import annotations

from typing import Any

from storage import keys
from storage.store import Store


def recorded_events(store: Store) -> dict[str, int]:
    """Service SID -> how many events at least the record must hold. Of Services that are not deleted.

    An event leaves the stream only when it is recorded: the record holds all that are numbered lower than the first
    event still in the stream, or, if none is left, all. Read this before the record, which only grows.
    """
    owners = store.guard(lambda: store.client.hkeys(keys.installation_services()))
    return {sid: _recorded(store, sid) for sid in sorted(owner.decode() for owner in owners)}


def _recorded(store: Store, service_sid: str) -> int:
    def ask() -> list[Any]:
        # One transaction: between two reads an event may come and be recorded.
        with store.client.pipeline(transaction=True) as line:
            line.hget(keys.service("clock", service_sid), "n")
            line.xrange(keys.events(service_sid), count=1)
            return list(line.execute())

    last, waiting = store.guard(ask)
    return int(waiting[0][1][b"n"]) - 1 if waiting else int(last or 0)


def named(store: Store, name: str) -> list[str]:
    """The SIDs of the Services that have this unique name, one an account at most."""
    accounts = {sid.decode() for sid in store.guard(lambda: store.client.hvals(keys.installation_services()))}
    found = (_named(store, account_sid, name) for account_sid in accounts)
    return sorted(sid.decode() for sid in found if sid)


def _named(store: Store, account_sid: str, name: str) -> Any:
    return store.guard(lambda: store.client.hget(keys.account("service_names", account_sid), name))
