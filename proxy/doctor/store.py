"""Checks the store: version, durability, memory, and that its clock agrees with this machine's."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from common.heartbeat import now_ms
from common.starting import JOBS, check_stores
from common.store_memory import MEANING, Memory, memory_of
from proxy.doctor.finding import BAD, GOOD, WARNING, CheckContext, Finding, skip_without

#: A warning is given from so many percent of the memory: before creations are refused.
MEMORY_WARNING = 50
#: Seconds between the two clocks. Libraries for Standard Webhooks refuse a timestamp that is 5 minutes off.
SKEW_WARNING, SKEW_BAD = 2.0, 60.0


def check(context: CheckContext) -> Iterator[Finding]:
    skip_without(lambda: context.settings, "the settings")
    store = context.store
    info: dict[str, Any] = store.guard(lambda: store.client.info())
    name = "Valkey" if "valkey_version" in info else "Redis"
    version = info.get("valkey_version") or info.get("redis_version")
    durability_warnings = context.durability()
    check_stores(context.settings, JOBS)
    memory = memory_of(info, context.settings.store_memory_megabytes)
    yield Finding("store", GOOD, f"{name} {version}, durability {context.settings.store_durability}, {memory}")
    for text in durability_warnings:
        yield Finding("store", WARNING, text.rstrip("."), "Run: CONFIG GET appendfsync, on the store")
    yield from _memory(memory)


def _memory(memory: Memory) -> Iterator[Finding]:
    if memory.percent >= MEMORY_WARNING:
        yield Finding(
            "store", WARNING, f"the memory is almost full: {memory}; {MEANING[memory.level]}",
            "Increase it: CONFIG SET maxmemory <bytes>. A full store accepts no messages",
        )  # fmt: skip


def check_time(context: CheckContext) -> Iterator[Finding]:
    skip_without(lambda: context.store, "the store")
    before = time.time()
    store_time = now_ms(context.store) / 1000
    skew = abs(store_time - (before + time.time()) / 2)
    state = GOOD if skew < SKEW_WARNING else WARNING if skew < SKEW_BAD else BAD
    fix = "" if state == GOOD else "Run: timedatectl set-ntp true, on both machines"
    yield Finding("time", state, f"the clocks of this machine and of the store differ by {skew:.1f} s", fix)
