"""The list of checks, and how they are run. A new check is a function in a module here and a line in CHECKS."""

from __future__ import annotations

import logging
from collections.abc import Iterator

from common.config import ConfigError
from common.errors import CarrierError, Unavailable
from proxy.doctor import address, database, numbers, processes, queues, settings, store, webhooks
from proxy.doctor.finding import BAD, SKIPPED, Check, Finding, Patient, Skipped
from record.errors import RecordError
from storage.store import StoreUnavailable

CHECKS: dict[str, Check] = {
    "settings": settings.check,
    "store": store.check,
    "time": store.check_time,
    "database": database.check,
    "worker": processes.check_worker,
    "clock": processes.check_clock,
    "queue": queues.check,
    "outbox": queues.check_outbox,
    "address": address.check,
    "webhooks": webhooks.check,
    "numbers": numbers.check,
}


def examine(patient: Patient) -> Iterator[Finding]:
    """Each finding as soon as it is there; no check stops those after it, and none changes anything."""
    # What start-up warns of is told by the check of the settings.
    log = logging.getLogger("maskline")
    level = log.level
    log.setLevel(logging.CRITICAL)
    try:
        for name, check in CHECKS.items():
            yield from _findings(name, check, patient)
    finally:
        log.setLevel(level)


def _findings(name: str, check: Check, patient: Patient) -> Iterator[Finding]:
    try:
        yield from check(patient)
    except Skipped as reason:
        yield Finding(name, SKIPPED, f"not checked: {reason}")
    except (ConfigError, RecordError, StoreUnavailable, Unavailable, CarrierError) as error:
        yield Finding(name, BAD, *sentence(str(error)))


def sentence(text: str) -> tuple[str, str]:
    """What is wrong, and the mend: the messages of start-up end with it."""
    for verb in (" Write: ", " Run: ", " Use ", " Give ", " In production ", " Remove "):
        head, found, tail = text.partition(verb)
        if found:
            return head.rstrip("."), f"{verb.strip()} {tail}"
    return text, ""
