"""Checks that worker and clock are alive, by their last heartbeat in the store."""

from __future__ import annotations

from collections.abc import Iterator

from common.heartbeat import CLOCK, WORKER, alive, seconds_since
from proxy.doctor.finding import BAD, GOOD, CheckContext, Finding, skip_without

#: What does not happen while the process is dead.
CONSEQUENCES = {
    WORKER: "nothing is sent by the carrier's API, no callback is made, and nothing is written to the record",
    CLOCK: "no job is started, so nothing is sent later, no callback is made, and nothing is recorded",
}


def check_worker(context: CheckContext) -> Iterator[Finding]:
    yield _check_process(context, WORKER)


def check_clock(context: CheckContext) -> Iterator[Finding]:
    yield _check_process(context, CLOCK)


def _check_process(context: CheckContext, process: str) -> Finding:
    skip_without(lambda: context.store, "the store")
    seconds = seconds_since(context.store)[process]
    if alive(seconds):
        return Finding(process, GOOD, f"alive, seen {seconds} s ago")
    seen = "never seen" if seconds is None else f"not seen for {seconds} s"
    return Finding(process, BAD, f"{seen}: {CONSEQUENCES[process]}", f"Run: python -m jobs.{process}")
