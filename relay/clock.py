"""The clock: `python -m relay.clock`. Rings for each job when it is due, at most one of a kind waiting. Two may run."""

from __future__ import annotations

import sys
import time
from argparse import ArgumentParser
from typing import Any

from rq.cron import CronJob, CronScheduler
from rq.exceptions import DuplicateJobError
from rq.queue import Queue
from rq.utils import now

from relay import jobs
from relay.config import Settings
from relay.heartbeat import CLOCK, Heart
from relay.processes import run
from relay.queues import FAILURE_TTL_SECONDS, Queues, relay_queue
from storage.store import connect

#: Seconds between two runs.
EVERY = {
    jobs.deliver: 1, jobs.drain: 2, jobs.sweep: 5, jobs.settle: 60, jobs.forget: 300, jobs.check_numbers: 600,
    jobs.send: 1, jobs.reconcile: 15, jobs.find_missed: 60, jobs.redact: 15, jobs.see_to_files: 1,
    jobs.end_questions: 5,
}  # fmt: skip
#: A job stops by itself well before (relay.jobs.SECONDS); this ends one that hangs.
JOB_TIMEOUT_SECONDS = 60
DESCRIPTION = "a recurring job"


class Clock(CronScheduler):
    """RQ's own would enqueue pickles, and go on when nobody takes them."""

    def __init__(self, connection: Any) -> None:
        super().__init__(connection)
        self.queue = relay_queue(connection)
        self.heart = Heart(CLOCK)
        for act, seconds in EVERY.items():
            self.register(act, Queues.RELAY.value, interval=seconds)

    def _install_signal_handlers(self) -> None:
        """Those of relay.processes stay: RQ's raise what logging would swallow."""

    def enqueue_jobs(self) -> list[CronJob]:
        self.heart.beat(jobs.runtime().store)
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
    ArgumentParser(prog="python -m relay.clock", description=__doc__).parse_args()
    sys.exit(run(serve))
