"""The queues. They carry the names of our jobs and nothing else: each job reads its work from the store.

A worker that reads two queues loses the job that it takes when it is killed, so each worker reads only one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

from rq.job import Job
from rq.queue import Queue
from rq.serializers import JSONSerializer
from rq.utils import now

from common.queue_name import QueueName
from jobs import recurring
from storage.store import Store, connect

SERIALIZER = JSONSerializer
#: How long RQ keeps a failed job.
FAILURE_TTL_SECONDS = 60

#: Full name -> job: what recurring.EVERY lists, and nothing else.
ALLOWED: Mapping[str, Callable[[], None]] = {f"{job.__module__}.{job.__name__}": job for job in recurring.EVERY}

#: The only fields read of a job's hash. Others name callbacks and webhooks, which RQ would call.
TRUSTED_FIELDS = frozenset(
    (
        b"created_at", b"data", b"ended_at", b"enqueued_at", b"last_heartbeat", b"origin", b"result_ttl", b"started_at",
        b"status", b"timeout", b"worker_name",
    )
)  # fmt: skip


class NotAllowed(Exception):
    """The queue names a function that is not one of our jobs."""


class JobFailed(Exception):
    """Names only the type of the error: RQ keeps the message, and messages of the carrier quote real numbers."""


class RecurringJob(Job):
    """Runs only functions in ALLOWED, without arguments."""

    def restore(self, raw_data: Mapping[Any, Any]) -> None:
        """RQ calls it with the job's hash."""
        super().restore({name: value for name, value in raw_data.items() if _bytes(name) in TRUSTED_FIELDS})
        self.description = None
        self.failure_ttl = FAILURE_TTL_SECONDS

    def perform(self) -> None:
        job = self._allowed()
        try:
            job()
        except Exception as error:
            raise JobFailed(type(error).__name__) from None

    def _allowed(self) -> Callable[[], None]:
        job = ALLOWED.get(str(self.func_name))
        if job is None or self.instance or self.args or self.kwargs:
            raise NotAllowed("only the jobs of jobs.recurring run here, without arguments")
        return job


def _bytes(name: bytes | str) -> bytes:
    return name if isinstance(name, bytes) else name.encode()


def waiting(url: str, name: QueueName) -> tuple[int, int]:
    """The number of jobs in a queue, and the age of the oldest in seconds. Raises StoreUnavailable."""
    queue = open_queue(connect(url), name)

    def read() -> tuple[int, int]:
        ids = queue.get_job_ids()
        # A worker may have taken it meanwhile: then None.
        oldest = queue.fetch_job(ids[0]) if ids else None
        since = oldest.enqueued_at if oldest else None
        return len(ids), int((now() - since).total_seconds()) if since else 0

    return cast(tuple[int, int], Store(url).guard(read))


def open_queue(connection: Any, name: QueueName) -> Queue:
    return Queue(name.value, connection=connection, serializer=SERIALIZER, job_class=RecurringJob)
