"""How long jobs and messages wait."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from common.heartbeat import now_ms
from common.starting import reach
from jobs.queues import waiting
from proxy.doctor.finding import BAD, GOOD, WARNING, Finding, Patient, needing
from storage import keys

#: Seconds. A job waits for the one before it, 20 s at most; a message for its turn on its number.
LATE_JOB, LATE_MESSAGE = 120, 900


def check(patient: Patient) -> Iterator[Finding]:
    needing(lambda: patient.settings, "the settings")
    needing(lambda: reach(patient.settings, ("queue_url",)), "the store")
    count, age = waiting(patient.settings.queue_url)
    if age > LATE_JOB:
        yield Finding("queue", BAD, f"{count} jobs wait, the oldest for {age} s", "Run: python -m jobs.worker")
    else:
        yield Finding("queue", GOOD, f"{count} jobs wait, the oldest for {age} s")


def check_outbox(patient: Patient) -> Iterator[Finding]:
    """Messages that go by the carrier's API, of all Services."""
    needing(lambda: patient.store, "the store")
    lines = [_outgoing(patient, sid) for sid in patient.service_sids()]
    count, parked = sum(line[0] for line in lines), sum(line[1] for line in lines)
    oldest = min((moment for line in lines for moment in line[2]), default=None)
    age = 0 if oldest is None else max(0, now_ms(patient.store) - oldest) // 1000
    state = BAD if age > LATE_MESSAGE else GOOD
    mend = "Run: flask outbox list SERVICE, and read the worker's log for `send`" if state == BAD else ""
    yield Finding("outbox", state, f"{count} messages wait, the oldest for {age} s", mend)
    if parked:
        text = f"{parked} messages are held for an operator"
        yield Finding("outbox", WARNING, text, "Run: flask outbox list SERVICE")


def _outgoing(patient: Patient, service_sid: str) -> tuple[int, int, list[int]]:
    """Messages that wait, messages given up, moment of the oldest that waits (ms)."""
    queued, parked = keys.service("queued", service_sid), keys.service("parked", service_sid)

    def ask() -> tuple[int, int, list[int]]:
        client = patient.store.client
        first = cast(list[tuple[bytes, float]], client.zrange(queued, 0, 0, withscores=True))
        return client.zcard(queued), client.zcard(parked), [int(score) for _, score in first]

    return cast(tuple[int, int, list[int]], patient.store.guard(ask))
