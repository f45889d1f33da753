"""The store: version, durability, memory; and whether its time is this machine's."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from common.heartbeat import now_ms
from common.starting import JOBS, reach
from proxy.doctor.finding import BAD, GOOD, WARNING, Finding, Patient, needing

#: Part of the memory beyond which it is warned.
FULL = 0.8
#: Seconds that two clocks may differ. Standard Webhooks' libraries refuse a timestamp that is 5 minutes off.
SKEW_WARNING, SKEW_BAD = 2.0, 60.0


def check(patient: Patient) -> Iterator[Finding]:
    needing(lambda: patient.settings, "the settings")
    store = patient.store
    info: dict[str, Any] = store.guard(lambda: store.client.info())
    name = "Valkey" if "valkey_version" in info else "Redis"
    version = info.get("valkey_version") or info.get("redis_version")
    unsure = patient.durability()
    reach(patient.settings, JOBS)
    yield Finding("store", GOOD, f"{name} {version}, durability {patient.settings.store_durability}, {_memory(info)}")
    for text in unsure:
        yield Finding("store", WARNING, text.rstrip("."), "Run: CONFIG GET appendfsync, on the store")
    most = int(info.get("maxmemory", 0))
    if most and int(info["used_memory"]) > FULL * most:
        yield Finding(
            "store", WARNING, f"the memory is nearly used up: {_memory(info)}",
            "Give it more: CONFIG SET maxmemory <bytes>. A full store accepts no message",
        )  # fmt: skip


def _memory(info: dict[str, Any]) -> str:
    used, most = int(info.get("used_memory", 0)), int(info.get("maxmemory", 0))
    return f"{used >> 20} MB used" + (f" of {most >> 20}" if most else "")


def check_time(patient: Patient) -> Iterator[Finding]:
    needing(lambda: patient.store, "the store")
    before = time.time()
    theirs = now_ms(patient.store) / 1000
    skew = abs(theirs - (before + time.time()) / 2)
    state = GOOD if skew < SKEW_WARNING else WARNING if skew < SKEW_BAD else BAD
    mend = "" if state == GOOD else "Run: timedatectl set-ntp true, on both machines"
    yield Finding("time", state, f"the clocks of this machine and of the store differ by {skew:.1f} s", mend)
