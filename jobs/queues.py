"""The one queue, and what may come over it: the name of a job of ours, nothing else. RQ is a doorbell, not a record."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, cast

from rq.job import Job
from rq.queue import Queue
from rq.serializers import JSONSerializer
from rq.utils import now

from jobs import recurring
from storage.store import Store, connect

SERIALIZER = JSONSerializer
#: How long RQ keeps what it knows of a failed job.
FAILURE_TTL_SECONDS = 60

ALLOWED: Mapping[str, Callable[[], None]] = {
    f"{act.__module__}.{act.__name__}": act
    for act in (
        recurring.deliver,
        recurring.drain,
        recurring.sweep,
        recurring.settle,
        recurring.forget,
        recurring.check_numbers,
        recurring.reconcile,
        recurring.send,
        recurring.find_missed,
        recurring.end_questions,
        recurring.redact,
        recurring.see_to_files,
    )
}

#: All that is believed of a job's hash: callbacks and webhooks are names and addresses that RQ would act on.
BELIEVED = frozenset(
    (
        b"created_at", b"data", b"ended_at", b"enqueued_at", b"last_heartbeat", b"origin", b"result_ttl", b"started_at",
        b"status", b"timeout", b"worker_name",
    )
)  # fmt: skip


class Queues(StrEnum):
    """One only: a worker that listens on two loses jobs when it is killed."""

    RELAY = "relay"


class NotAllowed(Exception):
    """The queue asked for something that is no job of ours."""


class JobFailed(Exception):
    """Says the kind of error alone: RQ keeps the text and the carrier's words quote numbers."""


class RelayJob(Job):
    """Runs what ALLOWED holds, without arguments."""

    def restore(self, raw_data: Mapping[Any, Any]) -> None:
        super().restore({name: value for name, value in raw_data.items() if _bytes(name) in BELIEVED})
        self.description = None
        self.failure_ttl = FAILURE_TTL_SECONDS

    def perform(self) -> None:
        act = self._act()
        try:
            act()
        except Exception as error:
            raise JobFailed(type(error).__name__) from None

    def _act(self) -> Callable[[], None]:
        act = ALLOWED.get(str(self.func_name))
        if act is None or self.instance or self.args or self.kwargs:
            raise NotAllowed("only the jobs of jobs.recurring run here, without arguments")
        return act


def _bytes(name: bytes | str) -> bytes:
    return name if isinstance(name, bytes) else name.encode()


def waiting(url: str) -> tuple[int, int]:
    """Jobs that wait in the queue, and seconds since the oldest was put there. Raises StoreUnavailable."""
    queue = relay_queue(connect(url))

    def look() -> tuple[int, int]:
        ids = queue.get_job_ids()
        # It may have been taken meanwhile.
        oldest = queue.fetch_job(ids[0]) if ids else None
        since = oldest.enqueued_at if oldest else None
        return len(ids), int((now() - since).total_seconds()) if since else 0

    return cast(tuple[int, int], Store(url).guard(look))


def relay_queue(connection: Any) -> Queue:
    return Queue(Queues.RELAY.value, connection=connection, serializer=SERIALIZER, job_class=RelayJob)
