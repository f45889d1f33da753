"""A job that is claimed as a whole: one worker at a time, and no longer than its claim."""

from __future__ import annotations

import pytest

from jobs import job_claim, recurring
from jobs.job_claim import run_claimed
from storage import keys
from tests.jobs.processes.conftest import ACCOUNT

SID, OTHER = "KS" + "1" * 32, "KS" + "2" * 32


@pytest.fixture
def machine(monkeypatch):
    """This machine's clock, in seconds: a process that was suspended finds it far ahead."""
    now = [1000.0]
    monkeypatch.setattr("jobs.job_claim.moment", lambda: now[0])
    return now


def test_another_worker_leaves_it_alone_meanwhile(rt):
    ran: list[object] = []

    def act(_):
        assert not run_claimed(rt, "sweeping", SID, ran.append)
        assert run_claimed(rt, "sweeping", OTHER, lambda _: ran.append("other SID"))
        assert run_claimed(rt, "counting", SID, lambda _: ran.append("other job"))

    assert run_claimed(rt, "sweeping", SID, act)
    assert ran == ["other SID", "other job"]


@pytest.mark.failures
def test_its_normal_end_and_its_errors_free_it(rt):
    for _ in range(2):
        with pytest.raises(ValueError):
            run_claimed(rt, "sweeping", SID, lambda _: int("x"))
    assert rt.store.client.keys("{ring}:job:*") == []


def test_a_killed_worker_holds_it_only_until_its_end(rt):
    key = keys.ring("job_claim", f"sweeping:{SID}")
    ran = []

    def dies(_):
        assert 0 < rt.store.client.pttl(key) <= job_claim.LEASE_SECONDS * 1000
        rt.store.client.pexpire(key, 1)
        while rt.store.client.exists(key):
            pass
        assert run_claimed(rt, "sweeping", SID, lambda _: ran.append("next"))

    run_claimed(rt, "sweeping", SID, dies)
    assert ran == ["next"]


def test_a_worker_that_was_suspended_begins_nothing_and_frees_nothing(rt, machine):
    key = keys.ring("job_claim", f"sweeping:{SID}")

    def suspended(may_begin):
        assert may_begin()
        machine[0] += job_claim.LEASE_SECONDS + 1
        rt.store.client.set(key, "of another worker")
        assert not may_begin()

    run_claimed(rt, "sweeping", SID, suspended)
    assert rt.store.client.get(key) == b"of another worker"


@pytest.mark.parametrize(
    ("job", "operation", "sid"),
    [(recurring.check_numbers, "check_drift", SID), (recurring.finish_interrupted, "settle_claims", ACCOUNT)],
)
def test_what_changes_numbers_at_the_carrier_is_claimed(rt, monkeypatch, job, operation, sid):
    rt.store.client.hset(keys.installation_services(), SID, ACCOUNT)
    ran = []

    def act(*_):
        ran.append(operation)
        job()

    monkeypatch.setattr(recurring, operation, act)
    job()
    assert ran == [operation]
    assert rt.store.client.keys("{ring}:job:*") == []
