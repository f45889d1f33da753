"""The clock: `python -m jobs.clock`. Enqueues each job when it is due, unless one is queued. Several clocks may run."""

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
from common.queue_name import QueueName
from jobs import recurring
from jobs.processes import run
from jobs.queues import FAILURE_TTL_SECONDS, open_queue
from storage.store import connect

#: A job stops by itself much earlier (jobs.recurring.SECONDS); this timeout ends a job that hangs.
JOB_TIMEOUT_SECONDS = 60
DESCRIPTION = "a recurring job"


class Clock(CronScheduler):
    """RQ's own scheduler would enqueue pickles, and go on enqueueing while no worker runs."""

    def __init__(self, connection: Any) -> None:
        super().__init__(connection)
        self.heart = Heartbeat(CLOCK)
        self.queues = {name.value: open_queue(connection, name) for name in QueueName}
        for job, plan in recurring.EVERY.items():
            self.register(job, plan.queue.value, interval=plan.seconds)

    def _install_signal_handlers(self) -> None:
        """Keeps the handlers of jobs.processes: logging would swallow the exception that RQ's handlers raise."""

    def enqueue_jobs(self) -> list[CronJob]:
        self.heart.beat(recurring.runtime().store)
        at, due = now(), [job for job in self.get_jobs() if job.should_run()]
        for job in due:
            enqueue(self.queues[job.queue_name], job.func_name, job.interval or 1)
            job.set_enqueue_time(at)
        return due


def enqueue(queue: Queue, function: str, every: int) -> bool:
    """False if such a job is queued already, or another clock enqueued one in the same interval of `every` seconds."""
    name = function.rpartition(".")[2]
    if any(job_id.startswith(f"{name}-") for job_id in queue.get_job_ids()):
        return False
    try:
        queue.enqueue_call(
            function, job_id=f"{name}-{int(time.time()) // every}", unique=True, description=DESCRIPTION,
            timeout=JOB_TIMEOUT_SECONDS, failure_ttl=FAILURE_TTL_SECONDS,
            # Kept until the interval is over: this is what stops a second clock.
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
