"""Checks that a worker of each queue and a clock are alive, by their last heartbeat in the store."""

from __future__ import annotations

from collections.abc import Iterator

from common.heartbeat import CLOCK, alive, seconds_since
from common.queue_name import QueueName
from proxy.doctor.finding import BAD, GOOD, CheckContext, Finding, skip_without

#: What does not happen while the process is dead.
CONSEQUENCES = {
    QueueName.SENDS: "nothing is sent by the carrier's API, and no callback is made",
    QueueName.FILES: "no file of a message is fetched, so messages with files wait",
    QueueName.REST: "nothing is written to the record, no Session expires by itself, and no lost message is found",
    CLOCK: "no job is started, so nothing is sent later, no callback is made, and nothing is recorded",
}


def check_workers(context: CheckContext) -> Iterator[Finding]:
    skip_without(lambda: context.store, "the store")
    seconds = seconds_since(context.store)
    for name in QueueName:
        if alive(seconds[name]):
            yield Finding("worker", GOOD, f"{name}: alive, seen {seconds[name]} s ago")
        else:
            text = f"no worker reads the queue {name} ({_seen(seconds[name])}): {CONSEQUENCES[name]}"
            yield Finding("worker", BAD, text, f"Run: python -m jobs.worker {name}")


def check_clock(context: CheckContext) -> Iterator[Finding]:
    skip_without(lambda: context.store, "the store")
    seconds = seconds_since(context.store)[CLOCK]
    if alive(seconds):
        yield Finding("clock", GOOD, f"alive, seen {seconds} s ago")
    else:
        yield Finding("clock", BAD, f"{_seen(seconds)}: {CONSEQUENCES[CLOCK]}", "Run: python -m jobs.clock")


def _seen(seconds: int | None) -> str:
    return "never seen" if seconds is None else f"not seen for {seconds} s"
