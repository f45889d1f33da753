"""Checks at start-up that the store is durable: one that is not, or that evicts keys, is refused.

With a Cluster each node is checked, replicas too: any of them may become a primary.
"""

from __future__ import annotations

import re
from typing import Any

from common.config import ConfigError
from storage.servers import Server
from storage.store import Store, StoreUnavailable

MIN_VERSION = (7, 0)


def check(store: Store, required: str) -> list[str]:
    """Compares each server with STORE_DURABILITY. Returns warnings; raises ConfigError with the line to write.

    A node of a Cluster that is away is left out. Raises StoreUnavailable if all servers are.
    """
    sentences: list[str] = []
    servers: list[Server] = store.guard(lambda: store.servers.all())
    away: list[StoreUnavailable] = []
    for server in servers:
        try:
            info: dict[str, Any] = store.guard(server.client.info)
        except StoreUnavailable as error:
            away.append(error)
            sentences.append(f"{_named(server)} cannot be checked: {error}.")
            continue
        sentences += _check_server(server, info, required)
    if len(away) == len(servers):
        raise away[0]
    return sentences


def _named(server: Server) -> str:
    return f"The store's node {server.name}" if server.name else "The store"


def _check_server(server: Server, info: dict[str, Any], required: str) -> list[str]:
    _check_version(info)
    policy = str(info.get("maxmemory_policy", ""))
    if policy not in ("", "noeviction"):
        raise ConfigError(
            f"{_named(server)} evicts keys, and with them leases. Run: CONFIG SET maxmemory-policy noeviction"
        )
    if required == "managed":
        return []
    if str(info.get("aof_enabled", "0")) != "1":
        raise ConfigError(
            f"{_named(server)} has no append-only file: a restart would lose sessions. Run: CONFIG SET appendonly yes "
            "(or, for a hosted store that does not report it, write: STORE_DURABILITY=managed)"
        )
    return _fsync(server, required)


def _check_version(info: dict[str, Any]) -> None:
    # For compatibility Valkey reports 7.2.4 here; its own version is in valkey_version.
    found = tuple(int(part) for part in re.findall(r"\d+", str(info.get("redis_version", "0")))[:2])
    if found < MIN_VERSION:
        raise ConfigError("REDIS_URL: the server is too old. Use Redis 7 or Valkey 7.2 and later")


def _fsync(server: Server, required: str) -> list[str]:
    try:
        found = server.client.config_get("appendfsync").get("appendfsync")
    except Exception:
        return [f"{_named(server)} does not report its appendfsync, so STORE_DURABILITY cannot be checked."]
    if found == "no" or (required == "always" and found != "always"):
        raise ConfigError(
            f"{_named(server)} has appendfsync {found}, but STORE_DURABILITY={required}. "
            "Run: CONFIG SET appendfsync always (or write: STORE_DURABILITY=everysec; then a second may be lost)"
        )
    return []
