"""At most one job of each kind waits, with any number of clocks and even if no worker runs for a long time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from rq.serializers import JSONSerializer

from common.queue_name import QueueName
from jobs import clock, queues, recurring
from storage.store import connect


def waiting(queue):
    """The jobs of all queues."""
    every = [queues.open_queue(queue.connection, name) for name in QueueName]
    return sorted(job.func_name for one in every for job in one.get_jobs())


@pytest.fixture
def stretch(monkeypatch):
    """Sets the time from which the clock computes the current interval."""
    now = [1_800_000_000]
    monkeypatch.setattr("jobs.clock.time.time", lambda: now[0])
    return now


def test_the_first_round_rings_for_every_job(queue):
    clock.Clock(queue.connection).enqueue_jobs()
    assert waiting(queue) == sorted(queues.ALLOWED)


def test_nothing_piles_up_while_the_worker_is_stopped(queue, stretch):
    for _ in range(50):
        stretch[0] += 600
        for act, plan in recurring.EVERY.items():
            one = queues.open_queue(queue.connection, plan.queue)
            clock.enqueue(one, f"jobs.recurring.{act.__name__}", plan.seconds)
    assert waiting(queue) == sorted(queues.ALLOWED)


def test_after_a_job_was_taken_the_next_stretch_rings_again(queue, stretch):
    rung = []
    for _ in range(3):
        rung += [clock.enqueue(queue, "jobs.recurring.drain", 2), clock.enqueue(queue, "jobs.recurring.drain", 2)]
        queue.connection.lpop(queue.key)
        rung.append(clock.enqueue(queue, "jobs.recurring.drain", 2))
        stretch[0] += 2
    assert rung == [True, False, False] * 3


def test_a_job_that_was_killed_at_work_does_not_stop_its_kind(queue, stretch):
    """The hash of the killed job does not expire until RQ's maintenance finds it."""
    clock.enqueue(queue, "jobs.recurring.drain", 2)
    queue.connection.persist(f"rq:job:{queue.connection.lpop(queue.key).decode()}")
    stretch[0] += 2
    assert clock.enqueue(queue, "jobs.recurring.drain", 2)


def test_each_job_waits_in_its_queue(queue):
    clock.Clock(queue.connection).enqueue_jobs()
    for name in QueueName:
        planned = sorted(job.__name__ for job, plan in recurring.EVERY.items() if plan.queue == name)
        found = queues.open_queue(queue.connection, name).get_jobs()
        assert planned == sorted(str(job.func_name).rpartition(".")[2] for job in found)


def test_a_job_that_a_suspended_worker_holds_does_not_stop_the_next(rt, queue, stretch):
    """The store gives a suspended worker that waits one job, which stays in RQ's list of taken jobs."""
    clock.enqueue(queue, "jobs.recurring.drain", 2)
    taken = type(queue).dequeue_any([queue], None, queue.connection, queue.job_class, queue.serializer)
    assert taken is not None and queue.intermediate_queue.get_job_ids() == [taken[0].id]
    stretch[0] += 2
    assert clock.enqueue(queue, "jobs.recurring.drain", 2)


def test_clocks_at_once_ring_once(rt, queue, stretch):
    clocks = [clock.Clock(connect(rt.settings.queue_url)) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda one: one.enqueue_jobs(), clocks))
    assert waiting(queue) == sorted(queues.ALLOWED)


def test_a_job_says_nothing_and_carries_nothing(queue):
    clock.Clock(queue.connection).enqueue_jobs()
    for job in queue.get_jobs():
        assert (job.args, job.kwargs, job.serializer) == ([], {}, JSONSerializer)
        kept = queue.connection.hget(job.key, "description")
        assert kept == clock.DESCRIPTION.encode()
