"""The clock: `python -m jobs.clock`. Rings for each job when it is due, at most one of a kind waiting. Two may run."""

from __future__ import annotations

import sys
import time
from argparse import ArgumentParser
from typing import Any

from rq.cron import CronJob, CronScheduler
from rq.exceptions import DuplicateJobError
from rq.queue import Queue
from rq.utils import now

from common.config import Settings
from common.heartbeat import CLOCK, Heartbeat
from jobs import recurring
from jobs.processes import run
from jobs.queues import FAILURE_TTL_SECONDS, Queues, relay_queue
from storage.store import connect

#: Seconds between two runs.
EVERY = {
    recurring.deliver: 1, recurring.drain: 2, recurring.sweep: 5, recurring.settle: 60, recurring.forget: 300,
    recurring.check_numbers: 600, recurring.send: 1, recurring.reconcile: 15, recurring.find_missed: 60,
    recurring.redact: 15, recurring.see_to_files: 1, recurring.end_questions: 5,
}  # fmt: skip
#: A job stops by itself well before (jobs.recurring.SECONDS); this ends one that hangs.
JOB_TIMEOUT_SECONDS = 60
DESCRIPTION = "a recurring job"


class Clock(CronScheduler):
    """RQ's own would enqueue pickles, and go on when nobody takes them."""

    def __init__(self, connection: Any) -> None:
        super().__init__(connection)
        self.queue = relay_queue(connection)
        self.heart = Heartbeat(CLOCK)
        for act, seconds in EVERY.items():
            self.register(act, Queues.RELAY.value, interval=seconds)

    def _install_signal_handlers(self) -> None:
        """Those of jobs.processes stay: RQ's raise what logging would swallow."""

    def enqueue_jobs(self) -> list[CronJob]:
        self.heart.beat(recurring.runtime().store)
        at, due = now(), [job for job in self.get_jobs() if job.should_run()]
        for job in due:
            ring(self.queue, job.func_name, job.interval or 1)
            job.set_enqueue_time(at)
        return due


def ring(queue: Queue, function: str, every: int) -> bool:
    """False if one waits already, or another clock rang in the same stretch of time."""
    name = function.rpartition(".")[2]
    if any(waiting.startswith(f"{name}-") for waiting in queue.get_job_ids()):
        return False
    try:
        queue.enqueue_call(
            function, job_id=f"{name}-{int(time.time()) // every}", unique=True, description=DESCRIPTION,
            timeout=JOB_TIMEOUT_SECONDS, failure_ttl=FAILURE_TTL_SECONDS,
            # Kept until the stretch is over, since it is what a second clock runs into.
            result_ttl=2 * every,
        )  # fmt: skip
    except DuplicateJobError:
        return False
    return True


def serve(settings: Settings) -> None:
    Clock(connect(settings.queue_url)).start()  # type: ignore[no-untyped-call]


if __name__ == "__main__":
    ArgumentParser(prog="python -m jobs.clock", description=__doc__).parse_args()
    sys.exit(run(serve))
