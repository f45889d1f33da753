"""The Procfile starts only programs that exist, and every queue has a worker."""

from __future__ import annotations

import re

import pytest

from common.queue_name import QueueName
from jobs import all as all_jobs
from jobs import queues, recurring, worker
from tests.guards.source import ROOT, modules

LINES = dict(re.findall(r"^(\w+): (.+)$", (ROOT / "Procfile").read_text(encoding="utf-8"), re.MULTILINE))


def test_the_processes():
    assert set(LINES) == {"release", "web", "jobs"}


@pytest.mark.parametrize("name", LINES)
def test_a_line_starts_something_of_ours(name):
    started = re.findall(r"python -m ([\w.]+)|(\w+):app$", LINES[name])
    assert {"".join(found) for found in started} <= set(modules())
    assert started


def test_web_honours_the_platform():
    assert "--port ${PORT:-5000}" in LINES["web"]
    assert "--workers ${WEB_CONCURRENCY:-2}" in LINES["web"]


@pytest.mark.parametrize("name", QueueName)
def test_every_queue_has_a_worker(valkey_url, name):
    """Of one queue only: a worker that reads two loses jobs when it is killed."""
    assert [queue.name for queue in worker.worker(valkey_url, name).queues] == [name.value]
    assert name in all_jobs.QUEUES


def test_what_people_wait_for_does_not_hang_on_one_process():
    assert all_jobs.QUEUES.count(QueueName.SENDS) == all_jobs.CLOCKS == 2


def test_every_queue_has_jobs():
    assert {plan.queue for plan in recurring.EVERY.values()} == set(QueueName)


def test_every_job_is_run_and_nothing_else_may_be():
    assert {f"{job.__module__}.{job.__name__}" for job in recurring.EVERY} == set(queues.ALLOWED)
    jobs = [job for job in vars(recurring).values() if getattr(job, "__module__", "") == recurring.__name__]
    public = {job.__name__ for job in jobs if callable(job) and not job.__name__.startswith("_")}
    assert public - {"runtime", "engine", "Plan"} == {job.__name__ for job in recurring.EVERY}
