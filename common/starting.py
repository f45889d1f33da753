"""How a process starts: settings that cannot work end it at once, a store that is away is waited for."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import TypeVar

from common.config import ConfigError, Settings
from storage.probe import StoreRefused, probe
from storage.store import StoreUnavailable

T = TypeVar("T")
log = logging.getLogger("maskline")

TRY_SECONDS = 0.5
#: A line of the log for so many seconds of waiting.
LINE_SECONDS = 5.0
#: The settings that lead to a store, by the process that needs them.
WEB, JOBS = ("redis_url",), ("redis_url", "queue_url")


class StoreAway(ConfigError):
    """May pass by itself: the store is starting, loading its data, or failing over."""


def reach(settings: Settings, names: tuple[str, ...] = WEB) -> None:
    """Raises StoreAway, or ConfigError for what no waiting mends."""
    for url, name in {getattr(settings, name): name.upper() for name in reversed(names)}.items():
        try:
            probe(url, name)
        except StoreRefused as error:
            raise ConfigError(str(error)) from None
        except StoreUnavailable as error:
            raise away(name, error) from None


def away(name: str, error: Exception) -> StoreAway:
    return StoreAway(
        f"{name}: {error}. Start it, or give the address of one that runs. Write: {name}=redis://host:6379/0"
    )


def patiently(start: Callable[[], T], seconds: float) -> T:
    """What `start` returns; called again while it raises StoreAway, which is raised in the end after `seconds`."""
    began = told = time.monotonic()
    while True:
        try:
            return start()
        except StoreAway as error:
            now = time.monotonic()
            if now - began >= seconds:
                raise
            if told == began or now - told >= LINE_SECONDS:
                log.warning("waiting for the store, %d s of %d: %s", now - began, seconds, error)
                told = now
        time.sleep(TRY_SECONDS)
