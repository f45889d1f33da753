"""The list of checks, and how they are run. A new check is a function in a module here and a line in CHECKS."""

from __future__ import annotations

import logging
from collections.abc import Iterator

from common.config import ConfigError
from common.errors import CarrierError, Unavailable
from proxy.doctor import address, database, files, numbers, processes, queues, settings, store, webhooks
from proxy.doctor.finding import BAD, SKIPPED, Check, CheckContext, Finding, Skipped
from record.errors import RecordError
from storage.store import StoreUnavailable

CHECKS: dict[str, Check] = {
    "settings": settings.check,
    "store": store.check,
    "time": store.check_time,
    "database": database.check,
    "worker": processes.check_workers,
    "clock": processes.check_clock,
    "queue": queues.check,
    "outbox": queues.check_outbox,
    "files": files.check,
    "address": address.check,
    "webhooks": webhooks.check,
    "numbers": numbers.check,
}


def examine(context: CheckContext) -> Iterator[Finding]:
    """Yields each finding at once. A check that fails does not stop the next one. No check changes anything."""
    # Quiet: the check of the settings reports the warnings that start-up would log.
    log = logging.getLogger("maskline")
    level = log.level
    log.setLevel(logging.CRITICAL)
    try:
        for name, check in CHECKS.items():
            yield from _findings(name, check, context)
    finally:
        log.setLevel(level)


def _findings(name: str, check: Check, context: CheckContext) -> Iterator[Finding]:
    try:
        yield from check(context)
    except Skipped as reason:
        yield Finding(name, SKIPPED, f"not checked: {reason}")
    except (ConfigError, RecordError, StoreUnavailable, Unavailable, CarrierError) as error:
        yield Finding(name, BAD, *split_fix(str(error)))


def split_fix(message: str) -> tuple[str, str]:
    """An error message of start-up, split into what is wrong and how to fix it."""
    for verb in (" Write: ", " Run: ", " Use ", " Give ", " In production ", " Remove "):
        problem, separator, fix = message.partition(verb)
        if separator:
            return problem.rstrip("."), f"{verb.strip()} {fix}"
    return message, ""
