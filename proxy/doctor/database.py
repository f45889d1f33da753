"""The database of the record: which, whether its tables are the newest, and how far it is behind the store."""

from __future__ import annotations

from collections.abc import Iterator

from common.heartbeat import now_ms
from proxy.doctor.finding import BAD, GOOD, SKIPPED, Finding, Patient, Skipped, needing
from record.backlog import backlog
from record.database import shown
from record.migrate import check as check_tables

#: Seconds. The drain runs every 2 s.
LATE = 300


def check(patient: Patient) -> Iterator[Finding]:
    needing(lambda: patient.settings, "the settings")
    check_tables(patient.database)
    where = shown(patient.database)
    try:
        needing(lambda: patient.store, "the store")
    except Skipped:
        yield Finding("database", SKIPPED, f"{where} answers; how far it is behind takes the store")
        return
    waiting, oldest = backlog(patient.store, patient.service_sids())
    behind = max(0, now_ms(patient.store) - oldest) // 1000 if oldest else 0
    if behind > LATE:
        yield Finding(
            "database", BAD, f"{where} is {behind} s behind: {waiting} events wait in the store",
            "See that worker and clock run, and read the worker's log for `drain`",
        )  # fmt: skip
    else:
        yield Finding("database", GOOD, f"{where}, {behind} s behind ({waiting} events wait)")
