"""A worker: `python -m jobs.worker QUEUE`. Runs the jobs of one queue in this process, and nothing else.

Each queue needs a worker. With more than one, the others go on if one hangs or is suspended.
"""

from __future__ import annotations

import logging
import re
import sys
from argparse import ArgumentParser
from functools import partial
from types import FrameType
from typing import Any

from rq.job import Job
from rq.worker import SimpleWorker

from common.config import Settings
from common.heartbeat import Heartbeat
from common.queue_name import QueueName
from jobs import recurring
from jobs.processes import run
from jobs.queues import SERIALIZER, JobFailed, NotAllowed, RecurringJob, open_queue
from media import sandbox_check
from media.sandbox import Mode
from record.errors import DatabaseUnusable
from record.schema_check import check
from storage.store import connect

log = logging.getLogger("maskline.worker")

#: About how long RQ waits for a job, and for a response of the store.
WORKER_TTL_SECONDS = 60
#: How often RQ looks for jobs whose worker was killed, and gives them up.
MAINTENANCE_SECONDS = 60


class Stopped(Exception):
    """RQ's work loop ended without a request to stop."""


class RecurringWorker(SimpleWorker):
    """Does not fork: the jobs are short and share connections and keys. Logs no arguments and no error messages."""

    job_class = RecurringJob
    stopping = False
    heart: Heartbeat

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


def worker(queue_url: str, name: QueueName) -> RecurringWorker:
    connection = connect(queue_url)
    found = RecurringWorker(
        [open_queue(connection, name)],
        connection=connection,
        serializer=SERIALIZER,
        job_class=RecurringJob,
        worker_ttl=WORKER_TTL_SECONDS,
        maintenance_interval=MAINTENANCE_SECONDS,
        log_job_description=False,
    )
    found.heart = Heartbeat(name.value)
    return found


def check_sandbox(name: QueueName, settings: Settings) -> None:
    """Files are cleaned in processes of their own. Raises ConfigError if these must be locked in and are not."""
    for sentence in sandbox_check.check(Mode(settings.media_sandbox)) if name is QueueName.FILES else ():
        log.warning(sentence)


def serve(name: QueueName, settings: Settings) -> None:
    if name is QueueName.REST:
        _check_tables()
    current = worker(settings.queue_url, name)
    current.work()
    if not current.stopping:
        raise Stopped


def _check_tables() -> None:
    try:
        check(recurring.runtime().part(recurring.engine))
    except DatabaseUnusable as error:
        # The worker still starts: other jobs need no database, and events stay in the store meanwhile.
        log.error("%s", error)


if __name__ == "__main__":
    parser = ArgumentParser(prog="python -m jobs.worker", description=__doc__)
    parser.add_argument("queue", type=QueueName, choices=list(QueueName), help="the queue to read")
    queue: QueueName = parser.parse_args().queue
    sys.exit(run(partial(serve, queue), partial(check_sandbox, queue)))
