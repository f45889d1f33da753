"""Builds what every process needs before it can work: web, worker, clock and command line."""

from __future__ import annotations

import logging
from collections.abc import Callable

from common.config import ConfigError, Settings
from common.durability import check
from common.runtime import Runtime
from common.starting import away, reach
from common.warnings import warnings
from storage.keyring import KeyRingLocked, open_ring
from storage.store import Store, StoreUnavailable

log = logging.getLogger("maskline")


def build(settings: Settings, clock: Callable[[], int] | None = None) -> Runtime:
    """Connects to the store, checks that it keeps what it is given, and opens the key ring.

    `clock` gives the time in ms and exists for tests alone. Raises ConfigError with the way out if the process must not
    start, and StoreAway (common/starting.py) if it may start later.
    """
    reach(settings)
    for sentence in warnings(settings):
        log.warning(sentence)
    store = Store(settings.redis_url, clock)
    try:
        for sentence in check(store, settings.store_durability):
            log.warning(sentence)
        index, seal = open_ring(store, settings.secret_key, settings.secret_key_former)
    except KeyRingLocked as error:
        raise ConfigError(str(error)) from None
    except StoreUnavailable as error:
        raise away("REDIS_URL", error) from None
    return Runtime(settings, store, index, seal)
