"""Checks the store: version, durability, memory, and that its clock agrees with this machine's."""

from __future__ import annotations

import time
from collections.abc import Iterator
from functools import partial
from typing import Any

from common.starting import JOBS, check_stores
from common.store_memory import MEANING, Memory, fullest
from proxy.doctor.finding import BAD, GOOD, WARNING, CheckContext, Finding, skip_without
from storage.servers import Server
from storage.store import Store, StoreUnavailable

#: A warning is given from so many percent of the memory: before creations are refused.
MEMORY_WARNING = 50
#: Seconds between the two clocks. Libraries for Standard Webhooks refuse a timestamp that is 5 minutes off.
SKEW_WARNING, SKEW_BAD = 2.0, 60.0


def check(context: CheckContext) -> Iterator[Finding]:
    skip_without(lambda: context.settings, "the settings")
    store = context.store
    infos = store.infos("all")
    durability_warnings = context.durability()
    check_stores(context.settings, JOBS)
    memory = fullest(infos, context.settings.store_memory_megabytes)
    servers: list[Server] = store.guard(lambda: store.servers.all())
    durability = f"durability {context.settings.store_durability}"
    yield Finding("store", GOOD, f"{_version(infos[0])}, {durability}, {_size(servers)}{memory}")
    for text in durability_warnings:
        yield Finding("store", WARNING, text.rstrip("."), "Run: CONFIG GET appendfsync, on the store")
    yield from _memory(memory)
    yield from _cluster(store, servers)


def _version(info: dict[str, Any]) -> str:
    return f"Valkey {info['valkey_version']}" if "valkey_version" in info else f"Redis {info.get('redis_version')}"


def _size(servers: list[Server]) -> str:
    primaries = [server for server in servers if server.is_primary]
    if not servers[0].name:
        return ""
    replicas = len(servers) - len(primaries)
    return f"Cluster of {len(primaries)} primaries and {replicas} replicas, in the fullest primary "


def _cluster(store: Store, servers: list[Server]) -> Iterator[Finding]:
    for server in servers if servers[0].name else ():
        try:
            info: dict[str, Any] = store.guard(partial(server.client.info, "replication"))
        except StoreUnavailable as error:
            yield Finding(
                "store", BAD, f"the node {server.name} is away: {error}", "Start it, or run: CLUSTER FORGET <id>"
            )
            continue
        if server.is_primary and not int(info["connected_slaves"]):
            text = f"the primary {server.name} has no replica: if it is lost, so are its Services"
            yield Finding("store", WARNING, text, "Run: CLUSTER REPLICATE <id of the primary>, on another node")


def _memory(memory: Memory) -> Iterator[Finding]:
    if memory.percent >= MEMORY_WARNING:
        yield Finding(
            "store", WARNING, f"the memory is almost full: {memory}; {MEANING[memory.level]}",
            "Increase it: CONFIG SET maxmemory <bytes>. A full store accepts no messages",
        )  # fmt: skip


def check_time(context: CheckContext) -> Iterator[Finding]:
    skip_without(lambda: context.store, "the store")
    store = context.store
    store.ping()
    skew = max(_skew(store, server) for server in store.guard(lambda: store.servers.primaries()))
    state = GOOD if skew < SKEW_WARNING else WARNING if skew < SKEW_BAD else BAD
    fix = "" if state == GOOD else "Run: timedatectl set-ntp true, on both machines"
    yield Finding("time", state, f"the clocks of this machine and of the store differ by {skew:.1f} s", fix)


def _skew(store: Store, server: Server) -> float:
    """In seconds; 0 of a node that is away, which the check of the store tells."""
    before = time.time()
    try:
        seconds, micros = store.guard(server.client.time)
    except StoreUnavailable:
        return 0.0
    return float(abs(int(seconds) + int(micros) / 1e6 - (before + time.time()) / 2))
