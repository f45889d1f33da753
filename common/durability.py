"""Whether the store keeps what it is given: a volatile or evicting one is refused at start-up."""

from __future__ import annotations

import re
from typing import Any

from common.config import ConfigError
from storage.store import Store

OLDEST = (7, 0)


def check(store: Store, promised: str) -> list[str]:
    """Compares the server with STORE_DURABILITY; returns warnings, raises ConfigError with the line that mends it."""
    info: dict[str, Any] = store.guard(lambda: store.client.info())
    _new_enough(info)
    policy = str(info.get("maxmemory_policy", ""))
    if policy not in ("", "noeviction"):
        raise ConfigError("The store evicts keys, and with them leases. Run: CONFIG SET maxmemory-policy noeviction")
    if promised == "managed":
        return []
    if str(info.get("aof_enabled", "0")) != "1":
        raise ConfigError(
            "The store keeps no append-only file: a restart would lose sessions. Run: CONFIG SET appendonly yes "
            "(or, for a hosted store that does not tell, write: STORE_DURABILITY=managed)"
        )
    return _fsync(store, promised)


def _new_enough(info: dict[str, Any]) -> None:
    # Valkey answers 7.2.4 here for its clients' sake; its own version stands in valkey_version.
    found = tuple(int(part) for part in re.findall(r"\d+", str(info.get("redis_version", "0")))[:2])
    if found < OLDEST:
        raise ConfigError("REDIS_URL: the server is too old. Use Redis 7 or Valkey 7.2 and later")


def _fsync(store: Store, promised: str) -> list[str]:
    try:
        found = store.client.config_get("appendfsync").get("appendfsync")
    except Exception:
        return ["The store does not tell its appendfsync; STORE_DURABILITY is believed."]
    if found == "no" or (promised == "always" and found != "always"):
        raise ConfigError(
            f"The store's appendfsync is {found}, but STORE_DURABILITY={promised}. "
            "Run: CONFIG SET appendfsync always (or write: STORE_DURABILITY=everysec, and lose up to a second)"
        )
    return []
