"""Checks at start-up that the store is durable: one that is not, or that evicts keys, is refused."""

from __future__ import annotations

import re
from typing import Any

from common.config import ConfigError
from storage.store import Store

MIN_VERSION = (7, 0)


def check(store: Store, required: str) -> list[str]:
    """Compares the server with STORE_DURABILITY. Returns warnings; raises ConfigError with the line to write."""
    info: dict[str, Any] = store.guard(lambda: store.client.info())
    _check_version(info)
    policy = str(info.get("maxmemory_policy", ""))
    if policy not in ("", "noeviction"):
        raise ConfigError("The store evicts keys, and with them leases. Run: CONFIG SET maxmemory-policy noeviction")
    if required == "managed":
        return []
    if str(info.get("aof_enabled", "0")) != "1":
        raise ConfigError(
            "The store has no append-only file: a restart would lose sessions. Run: CONFIG SET appendonly yes "
            "(or, for a hosted store that does not report it, write: STORE_DURABILITY=managed)"
        )
    return _fsync(store, required)


def _check_version(info: dict[str, Any]) -> None:
    # For compatibility Valkey reports 7.2.4 here; its own version is in valkey_version.
    found = tuple(int(part) for part in re.findall(r"\d+", str(info.get("redis_version", "0")))[:2])
    if found < MIN_VERSION:
        raise ConfigError("REDIS_URL: the server is too old. Use Redis 7 or Valkey 7.2 and later")


def _fsync(store: Store, required: str) -> list[str]:
    try:
        found = store.client.config_get("appendfsync").get("appendfsync")
    except Exception:
        return ["The store does not report its appendfsync, so STORE_DURABILITY cannot be checked."]
    if found == "no" or (required == "always" and found != "always"):
        raise ConfigError(
            f"The store's appendfsync is {found}, but STORE_DURABILITY={required}. "
            "Run: CONFIG SET appendfsync always (or write: STORE_DURABILITY=everysec; then a second may be lost)"
        )
    return []
