"""The worker: `python -m jobs.worker`. Runs what jobs.recurring lists, in this process, and nothing else."""

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

#: RQ waits for a job, and for an answer of the store, for about this long.
WORKER_TTL_SECONDS = 60
#: How soon a job is given up whose worker was killed.
MAINTENANCE_SECONDS = 60


class Stopped(Exception):
    """The work ended without being asked to."""


class RelayWorker(SimpleWorker):
    """Does not fork: the jobs are tiny and share connections and keys. Logs no arguments, no texts of errors."""

    job_class = RelayJob
    stopping = False
    heart = Heartbeat(WORKER)

    def heartbeat(self, *args: Any, **named: Any) -> None:
        """RQ calls it whenever it waits for a job or begins one: a worker that hangs gives no sign."""
        super().heartbeat(*args, **named)
        self.heart.beat(recurring.runtime().store)

    def request_stop(self, signum: int, frame: FrameType | None) -> None:
        # Asked twice: the exception by which RQ stops an idle worker is lost where it strikes a log call.
        self.stopping = self._stop_requested = True
        super().request_stop(signum, frame)  # type: ignore[no-untyped-call]

    def handle_exception(self, job: Job, *exc_info: Any) -> None:
        error = exc_info[1]
        words = str(error) if isinstance(error, JobFailed | NotAllowed) else type(error).__name__
        # A job's id comes from the store: no line breaks or escapes of somebody else's in the log.
        log.error("job %s failed: %s", re.sub(r"[^\w-]", "?", job.id)[:64], words)


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
        # Not the end: the other jobs need no database, and events wait in the store.
        log.error("%s", error)
    current = worker(settings.queue_url)
    current.work()
    if not current.stopping:
        raise Stopped


if __name__ == "__main__":
    ArgumentParser(prog="python -m jobs.worker", description=__doc__).parse_args()
    sys.exit(run(serve))
