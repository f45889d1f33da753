"""Checks the store: version, durability, memory, and that its clock agrees with this machine's."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from common.heartbeat import now_ms
from common.starting import JOBS, check_stores
from proxy.doctor.finding import BAD, GOOD, WARNING, CheckContext, Finding, skip_without

#: A warning is given when more than this part of `maxmemory` is used.
MEMORY_WARNING = 0.8
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
    yield Finding("store", GOOD, f"{name} {version}, durability {context.settings.store_durability}, {_memory(info)}")
    for text in durability_warnings:
        yield Finding("store", WARNING, text.rstrip("."), "Run: CONFIG GET appendfsync, on the store")
    maximum = int(info.get("maxmemory", 0))
    if maximum and int(info["used_memory"]) > MEMORY_WARNING * maximum:
        yield Finding(
            "store", WARNING, f"the memory is almost full: {_memory(info)}",
            "Increase it: CONFIG SET maxmemory <bytes>. A full store accepts no messages",
        )  # fmt: skip


def _memory(info: dict[str, Any]) -> str:
    used, maximum = int(info.get("used_memory", 0)), int(info.get("maxmemory", 0))
    return f"{used >> 20} MB used" + (f" of {maximum >> 20}" if maximum else "")


def check_time(context: CheckContext) -> Iterator[Finding]:
    skip_without(lambda: context.store, "the store")
    before = time.time()
    store_time = now_ms(context.store) / 1000
    skew = abs(store_time - (before + time.time()) / 2)
    state = GOOD if skew < SKEW_WARNING else WARNING if skew < SKEW_BAD else BAD
    fix = "" if state == GOOD else "Run: timedatectl set-ntp true, on both machines"
    yield Finding("time", state, f"the clocks of this machine and of the store differ by {skew:.1f} s", fix)
