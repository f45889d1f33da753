"""Checks the database of the record: that its tables are current, and how far it is behind the store."""

from __future__ import annotations

from collections.abc import Iterator

from proxy.doctor.finding import BAD, GOOD, SKIPPED, CheckContext, Finding, Skipped, skip_without
from record.backlog import backlog
from record.database import shown
from record.lost_services import lost_services
from record.schema_check import check as check_tables

#: The drain runs every 2 s.
MAX_LAG_SECONDS = 300


def check(context: CheckContext) -> Iterator[Finding]:
    skip_without(lambda: context.settings, "the settings")
    check_tables(context.database)
    location = shown(context.database)
    try:
        skip_without(lambda: context.store, "the store")
    except Skipped:
        yield Finding(
            "database",
            SKIPPED,
            f"{location} is ready; how far it is behind was not checked, because the store cannot be used",
        )
        return
    known = context.service_sids()
    if lost := lost_services(context.database, known):
        yield Finding(
            "database", BAD, f"{location} has more Services than the store: the store has lost {_count(lost)}",
            "Correct REDIS_URL if it leads to another store. If the store was emptied, start it with its append-only "
            "file, or with a copy of it",
        )  # fmt: skip
    waiting, oldest_ms = backlog(context.store, known)
    lag = max(0, context.store.now_ms() - oldest_ms) // 1000 if oldest_ms else 0
    if lag > MAX_LAG_SECONDS:
        yield Finding(
            "database", BAD, f"{location} is {lag} s behind: {waiting} events wait in the store",
            "Check that worker and clock are running, and read the worker's log for `drain`",
        )  # fmt: skip
    else:
        yield Finding("database", GOOD, f"{location}, {lag} s behind the store ({waiting} events wait)")


def _count(sids: list[str]) -> str:
    return "1 Service" if len(sids) == 1 else f"{len(sids)} Services"
