"""Builds the Runtime that every process needs: web, worker, clock and command line."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial

from common.config import ConfigError, Settings
from common.durability import check
from common.runtime import Runtime
from common.starting import check_stores, store_away
from common.warnings import warnings
from storage import releases
from storage.keyring import KeyRingLocked, open_ring
from storage.store import FunctionsForbidden, Store, StoreUnavailable

log = logging.getLogger("maskline")


def build(
    settings: Settings,
    clock: Callable[[], int] | None = None,
    ring_copy: Callable[[str], str | None] = lambda database_url: None,
) -> Runtime:
    """Connects to the store, checks its durability, and opens the key ring.

    `ring_copy` reads the key ring's copy from the database, for a store that was lost.
    `clock` returns the time in ms, for tests only. Raises ConfigError, with what to do, if the process must not
    start, and StoreAway (common/starting.py) if it may start later.
    """
    check_stores(settings)
    for sentence in warnings(settings):
        log.warning(sentence)
    store = Store(
        settings.redis_url, clock, functions=settings.store_functions == "load", replicas=settings.store_replicas
    )
    try:
        for sentence in check(store, settings.store_durability):
            log.warning(sentence)
        if store.functions:
            load_functions(store)
        copy = partial(ring_copy, settings.database_url)
        ring = open_ring(store, settings.secret_key, settings.secret_key_former, copy)
    except KeyRingLocked as error:
        raise ConfigError(str(error)) from None
    except StoreUnavailable as error:
        raise store_away("REDIS_URL", error) from None
    return Runtime(settings, store, ring)


def load_functions(store: Store, *, released: bool = False) -> None:
    """Before the first call; `released`: by the release step.

    Raises ConfigError if this user of the store may not, StoreUnavailable.
    """
    try:
        releases.load(store, released=released)
    except FunctionsForbidden as error:
        raise ConfigError(
            f"REDIS_URL: {error}. Allow it (ACL SETUSER <user> +function), or write: STORE_FUNCTIONS=script"
        ) from None
