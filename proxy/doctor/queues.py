"""Checks how long jobs and messages have been waiting."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, cast

from common.queue_name import QueueName
from common.starting import check_stores
from jobs.queues import waiting
from proxy.doctor.finding import BAD, GOOD, WARNING, CheckContext, Finding, skip_without
from storage import keys

#: A job may wait for the one before it, which takes 20 s at most.
MAX_JOB_WAIT_SECONDS = 120
#: A message may wait because its number sends at a limited rate.
MAX_MESSAGE_WAIT_SECONDS = 900


def check(context: CheckContext) -> Iterator[Finding]:
    skip_without(lambda: context.settings, "the settings")
    skip_without(lambda: check_stores(context.settings, ("queue_url",)), "the store")
    for name in QueueName:
        count, age = waiting(context.settings.queue_url, name)
        text = f"{name}: {count} jobs wait, the oldest for {age} s"
        if age > MAX_JOB_WAIT_SECONDS:
            yield Finding("queue", BAD, text, f"Run: python -m jobs.worker {name}")
        else:
            yield Finding("queue", GOOD, text)


def check_outbox(context: CheckContext) -> Iterator[Finding]:
    """The messages of all Services that are sent by the carrier's API."""
    skip_without(lambda: context.store, "the store")
    outboxes = [_read_outbox(context, sid) for sid in context.service_sids()]
    count, parked = sum(outbox.queued for outbox in outboxes), sum(outbox.parked for outbox in outboxes)
    oldest_ms = min((ms for outbox in outboxes for ms in outbox.oldest_ms), default=None)
    age = 0 if oldest_ms is None else max(0, context.store.now_ms() - oldest_ms) // 1000
    state = BAD if age > MAX_MESSAGE_WAIT_SECONDS else GOOD
    fix = "Run: flask outbox list SERVICE, and read the worker's log for `send`" if state == BAD else ""
    yield Finding("outbox", state, f"{count} messages wait, the oldest for {age} s", fix)
    if parked:
        text = f"{parked} messages are parked: an operator has to retry or drop them"
        yield Finding("outbox", WARNING, text, "Run: flask outbox list SERVICE")


class Outbox(NamedTuple):
    """How many messages of one Service are queued and parked; when the oldest queued one was accepted (ms), if any."""

    queued: int
    parked: int
    oldest_ms: list[int]


def _read_outbox(context: CheckContext, service_sid: str) -> Outbox:
    queued, parked = keys.service("queued", service_sid), keys.service("parked", service_sid)

    def read() -> Outbox:
        client = context.store.client
        first = cast(list[tuple[bytes, float]], client.zrange(queued, 0, 0, withscores=True))
        return Outbox(client.zcard(queued), client.zcard(parked), [int(score) for _, score in first])

    return cast(Outbox, context.store.guard(read))
