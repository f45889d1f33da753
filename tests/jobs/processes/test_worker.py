"""A real worker on a real queue runs only the jobs of jobs.recurring."""

from __future__ import annotations

import logging
import pickle
import subprocess
from pathlib import Path

import pytest
from rq.job import JobStatus
from rq.queue import Queue
from rq.serializers import JSONSerializer

from common.queue_name import QueueName
from jobs import clock, queues, recurring, worker
from storage import keys
from storage.store import connect
from tests.jobs.processes.conftest import ACCOUNT, database
from tests.record.events import SERVICE, emit, recorded

# Slow: starts workers, and waits while they handle foreign jobs.
pytestmark = pytest.mark.slow


SECRET_NUMBER = "+15550001111"


def work(rt):
    """Runs a worker of each queue until its queue is empty."""
    for name in QueueName:
        worker.worker(rt.settings.queue_url, name).work(burst=True)


def push(rt, function, *args, **options):
    """Enqueues a job as an attacker with write access to the queue's store would do."""
    foreign = Queue("rest", connection=connect(rt.settings.queue_url), serializer=JSONSerializer)
    return foreign.enqueue_call(function, args, **options)


def test_the_clock_rings_and_the_worker_drains(rt):
    rt.store.client.hset(keys.installation_services(), SERVICE, ACCOUNT)
    emit(rt.store, 1, 12)
    clock.Clock(connect(rt.settings.queue_url)).enqueue_jobs()
    work(rt)
    assert recorded(database()) == list(range(1, 13))


def test_every_kind_runs(rt, queue, monkeypatch):
    ran = []
    for name in queues.ALLOWED:
        monkeypatch.setitem(queues.ALLOWED, name, lambda name=name: ran.append(name))
    clock.Clock(queue.connection).enqueue_jobs()
    work(rt)
    assert sorted(ran) == sorted(queues.ALLOWED)


def test_the_clock_and_the_allow_list_know_the_same_jobs():
    assert set(recurring.EVERY) == set(queues.ALLOWED.values())


FORBIDDEN = [
    "os.system",
    "subprocess.check_call",
    "jobs.recurring.runtime",
    "jobs.recurring.keys.ring",
    "builtins.eval",
    "",
]


@pytest.mark.parametrize("function", FORBIDDEN)
def test_another_function_is_refused(rt, tmp_path, function, caplog):
    mark = tmp_path / "ran"
    job = push(rt, function or "jobs.recurring.nothing", f"touch {mark}")
    work(rt)
    assert job.get_status() == JobStatus.FAILED
    assert not mark.exists()
    assert "only the jobs of jobs.recurring run here" in caplog.text
    assert str(mark) not in caplog.text


def test_a_job_of_ours_with_arguments_is_refused(rt):
    job = push(rt, "jobs.recurring.sweep", SECRET_NUMBER)
    work(rt)
    assert job.get_status() == JobStatus.FAILED


def test_a_method_of_a_value_is_refused(rt, queue):
    job = push(rt, "jobs.recurring.sweep")
    job.connection.hset(job.key, "data", JSONSerializer.dumps(["jobs.recurring.sweep", "text", [], {}]))
    work(rt)
    assert job.get_status() == JobStatus.FAILED


class Malicious:
    def __init__(self, mark: Path) -> None:
        self.mark = str(mark)

    def __reduce__(self):
        return subprocess.check_call, (["touch", self.mark],)


def test_a_pickle_is_never_opened(rt, tmp_path):
    mark = tmp_path / "ran"
    job = push(rt, "jobs.recurring.sweep")
    poison = pickle.dumps(("jobs.recurring.sweep", None, (Malicious(mark),), {}))
    job.connection.hset(job.key, mapping={"data": poison, "meta": poison, "result": poison})
    work(rt)
    assert not mark.exists()
    assert job.get_status() == JobStatus.FAILED


@pytest.mark.parametrize("function", ["jobs.recurring.sweep", "os.system"])
def test_callbacks_are_not_called(rt, tmp_path, function, monkeypatch):
    called = []
    monkeypatch.setattr(recurring, "keys_of_a_stranger", lambda *_: called.append("called"), raising=False)
    job = push(rt, function)
    names = dict.fromkeys(
        ("success_callback_name", "failure_callback_name", "stopped_callback_name"), "jobs.recurring.keys_of_a_stranger"
    )
    job.connection.hset(job.key, mapping=names)
    work(rt)
    assert called == []


def test_retries_repeats_and_webhooks_of_others_are_not_believed(rt, queue):
    job = push(rt, "jobs.recurring.sweep")
    asked = {
        "retries_left": 5, "repeats_left": 5, "repeat_intervals": "[0]", "failure_ttl": 10**9, "rate_limit_key": "x",
        "rate_limit_concurrency": 1, "webhooks": '[{"url": "http://127.0.0.1:1/", "statuses": ["finished"]}]',
    }  # fmt: skip
    job.connection.hset(job.key, mapping=asked)
    found = queues.RecurringJob.fetch(job.id, connection=job.connection, serializer=JSONSerializer)
    assert (found.retries_left, found.repeats_left, found.webhooks, found.rate_limit_key) == (None, None, [], None)
    assert found.failure_ttl == queues.FAILURE_TTL_SECONDS


def test_the_text_of_an_error_is_neither_logged_nor_kept(rt, queue, monkeypatch, caplog):
    def quote():
        raise ValueError(f"The 'To' number {SECRET_NUMBER} is not valid")

    monkeypatch.setitem(queues.ALLOWED, "jobs.recurring.sweep", quote)
    clock.enqueue(queue, "jobs.recurring.sweep", 5)
    with caplog.at_level(logging.DEBUG):
        work(rt)
    assert "failed: ValueError" in caplog.text
    assert SECRET_NUMBER not in caplog.text
    assert not any(SECRET_NUMBER.encode() in dump(queue.connection, key) for key in queue.connection.keys("*"))


def dump(connection, key):
    """Returns everything stored under a key; the DUMP command would compress it."""
    read = {b"hash": connection.hgetall, b"string": connection.get, b"stream": connection.xrange}
    return repr(read.get(connection.type(key), lambda _: None)(key)).encode()


def test_what_rq_keeps_goes_away_by_itself(rt, queue):
    push(rt, "os.system")
    clock.enqueue(queue, "jobs.recurring.sweep", 5)
    work(rt)
    kept = [key for key in queue.connection.keys("rq:job:*") + queue.connection.keys("rq:results:*")]
    assert kept and all(0 < queue.connection.ttl(key) <= queues.FAILURE_TTL_SECONDS for key in kept)


def test_a_job_s_id_cannot_forge_lines_of_the_log(rt, caplog):
    job = push(rt, "os.system")
    forged = "x\nERROR forged"
    job.connection.rename(job.key, f"rq:job:{forged}")
    job.connection.lpop("rq:queue:rest")
    job.connection.rpush("rq:queue:rest", forged)
    work(rt)
    assert "\nERROR forged" not in "\n".join(
        record.getMessage() for record in caplog.records if record.name == "maskline.worker"
    )


def test_jobs_after_a_forbidden_one_run(rt, queue, monkeypatch):
    ran = []
    monkeypatch.setitem(queues.ALLOWED, "jobs.recurring.sweep", lambda: ran.append("swept"))
    push(rt, "os.system")
    clock.enqueue(queue, "jobs.recurring.sweep", 5)
    work(rt)
    assert ran == ["swept"]


@pytest.mark.parametrize("name", QueueName)
def test_it_knows_one_queue_and_no_pickle(rt, name):
    current = worker.worker(rt.settings.queue_url, name)
    assert (current.queue_names(), current.serializer, current.job_class) == (
        [name.value],
        JSONSerializer,
        queues.RecurringJob,
    )
