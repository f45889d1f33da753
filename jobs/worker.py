"""The worker: `python -m jobs.worker`. Runs the jobs of jobs.recurring in this process, and nothing else."""

from __future__ import annotations

import logging
import re
import sys
from argparse import ArgumentParser
from types import FrameType
from typing import Any

from rq.job import Job
from rq.worker import SimpleWorker

from common.config import Settings
from common.heartbeat import WORKER, Heartbeat
from jobs import recurring
from jobs.processes import run
from jobs.queues import SERIALIZER, JobFailed, NotAllowed, RelayJob, relay_queue
from record.errors import DatabaseUnusable
from record.migrate import check
from storage.store import connect

log = logging.getLogger("maskline.worker")

#: About how long RQ waits for a job, and for a response of the store.
WORKER_TTL_SECONDS = 60
#: How often RQ looks for jobs whose worker was killed, and gives them up.
MAINTENANCE_SECONDS = 60


class Stopped(Exception):
    """RQ's work loop ended without a request to stop."""


class RelayWorker(SimpleWorker):
    """Does not fork: the jobs are short and share connections and keys. Logs no arguments and no error messages."""

    job_class = RelayJob
    stopping = False
    heart = Heartbeat(WORKER)

    def heartbeat(self, *args: Any, **named: Any) -> None:
        """RQ calls it when it waits for a job or starts one, so a worker that hangs sends no heartbeat."""
        super().heartbeat(*args, **named)
        self.heart.beat(recurring.runtime().store)

    def request_stop(self, signum: int, frame: FrameType | None) -> None:
        # RQ stops an idle worker by an exception, which is lost inside a log call: these flags stop it as well.
        self.stopping = self._stop_requested = True
        super().request_stop(signum, frame)  # type: ignore[no-untyped-call]

    def handle_exception(self, job: Job, *exc_info: Any) -> None:
        error = exc_info[1]
        reason = str(error) if isinstance(error, JobFailed | NotAllowed) else type(error).__name__
        # A job's id comes from the queue: it must not bring line breaks or escape sequences into the log.
        log.error("job %s failed: %s", re.sub(r"[^\w-]", "?", job.id)[:64], reason)


def worker(queue_url: str) -> RelayWorker:
    connection = connect(queue_url)
    return RelayWorker(
        [relay_queue(connection)],
        connection=connection,
        serializer=SERIALIZER,
        job_class=RelayJob,
        worker_ttl=WORKER_TTL_SECONDS,
        maintenance_interval=MAINTENANCE_SECONDS,
        log_job_description=False,
    )


def serve(settings: Settings) -> None:
    try:
        check(recurring.runtime().part(recurring.engine))
    except DatabaseUnusable as error:
        # The worker still starts: other jobs need no database, and events stay in the store meanwhile.
        log.error("%s", error)
    current = worker(settings.queue_url)
    current.work()
    if not current.stopping:
        raise Stopped


if __name__ == "__main__":
    ArgumentParser(prog="python -m jobs.worker", description=__doc__).parse_args()
    sys.exit(run(serve))
