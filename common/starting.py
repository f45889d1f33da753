"""How a process starts: it exits at once if the settings cannot work, and waits for a store that is away."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import TypeVar

from common.config import ConfigError, Settings
from storage.probe import StoreRefused, check_store
from storage.store import StoreUnavailable

T = TypeVar("T")
log = logging.getLogger("maskline")

RETRY_SECONDS = 0.5
#: Seconds between two log lines while waiting.
LOG_SECONDS = 5.0
#: The settings with a store's address, by the processes that need them.
WEB, JOBS = ("redis_url",), ("redis_url", "queue_url")


class StoreAway(ConfigError):
    """Waiting may help: the store is starting, loading its data, or failing over."""


def check_stores(settings: Settings, names: tuple[str, ...] = WEB) -> None:
    """Raises StoreAway, or ConfigError if waiting cannot help."""
    for url, name in {getattr(settings, name): name.upper() for name in reversed(names)}.items():
        try:
            check_store(url, name, for_queues=url == settings.queue_url)
        except StoreRefused as error:
            raise ConfigError(str(error)) from None
        except StoreUnavailable as error:
            raise store_away(name, error) from None


def store_away(name: str, error: Exception) -> StoreAway:
    return StoreAway(
        f"{name}: {error}. Start it, or give the address of a running one. Write: {name}=redis://host:6379/0"
    )


def wait_for_store(start: Callable[[], T], seconds: float) -> T:
    """The result of `start`, tried again while it raises StoreAway. Raises StoreAway after `seconds`."""
    started = logged = time.monotonic()
    while True:
        try:
            return start()
        except StoreAway as error:
            now = time.monotonic()
            if now - started >= seconds:
                raise
            if logged == started or now - logged >= LOG_SECONDS:
                log.warning("waiting for the store, %d s of %d: %s", now - started, seconds, error)
                logged = now
        time.sleep(RETRY_SECONDS)
