"""Each job processes all Services or accounts, even if one of them fails."""

from __future__ import annotations

import logging

import pytest
from rq.timeouts import JobTimeoutException

from jobs import recurring
from record.database import open_engine
from record.drain import BATCH
from record.errors import DatabaseUnusable
from storage import keys
from tests.jobs.processes.conftest import ACCOUNT, database
from tests.record.events import OTHER, SERVICE, emit, recorded, waiting

THIRD = "KS" + "7" * 32
SECRET_NUMBER = "+15550001111"


@pytest.fixture
def services(rt):
    rt.store.client.hset(keys.installation_services(), mapping=dict.fromkeys((SERVICE, OTHER, THIRD), ACCOUNT))
    return rt


def test_drain_goes_over_all_services(services):
    for sid in (SERVICE, OTHER, THIRD):
        emit(services.store, 1, 4, sid)
    recurring.drain()
    assert [recorded(database(), sid) for sid in (SERVICE, OTHER, THIRD)] == [[1, 2, 3, 4]] * 3


def test_a_service_that_never_ends_is_left_after_some_batches(services, monkeypatch):
    calls: list[object] = []

    def full(*arguments):
        calls.append(arguments)
        return BATCH

    monkeypatch.setattr(recurring, "drain_service", full)
    recurring._drain(services, SERVICE)
    assert len(calls) == recurring.MAX_BATCHES


def test_one_broken_service_holds_up_no_other(services, caplog):
    for sid in (SERVICE, THIRD):
        emit(services.store, 1, 3, sid)
    emit(services.store, 2, 3, OTHER, d=SECRET_NUMBER)
    recurring.drain()
    assert [recorded(database(), sid) for sid in (SERVICE, OTHER, THIRD)] == [[1, 2, 3], [], [1, 2, 3]]
    assert waiting(services.store, OTHER) == 2
    assert f"{OTHER} event 1: is missing" in caplog.text
    assert SECRET_NUMBER not in caplog.text


def failing(called):
    def act(rt, sid, *_):
        called.append(sid)
        if len(called) == 1:
            raise ValueError(f"it was {SECRET_NUMBER}")

    return act


@pytest.mark.failures
@pytest.mark.parametrize(
    "job, operation, sids",
    [
        (recurring.sweep, "sweep_service", {SERVICE, OTHER, THIRD}),
        (recurring.check_numbers, "check_drift", {SERVICE, OTHER, THIRD}),
        (recurring.finish_interrupted, "settle_claims", {ACCOUNT, "AC" + "2" * 32}),
    ],
)
def test_each_is_tried_once_and_errors_are_told_without_their_text(services, monkeypatch, caplog, job, operation, sids):
    services.store.client.hset(keys.ring("installation_accounts"), "AC" + "2" * 32, 1)
    called: list[str] = []
    monkeypatch.setattr(recurring, operation, failing(called))
    with caplog.at_level(logging.DEBUG):
        job()
    assert len(called) == len(sids) and set(called) == sids
    assert f"of {called[0]} failed: ValueError" in caplog.text
    assert SECRET_NUMBER not in caplog.text


def test_a_run_that_is_out_of_time_leaves_the_rest(services, monkeypatch, caplog):
    called: list[str] = []
    monkeypatch.setattr(recurring, "sweep_service", lambda rt, sid: called.append(sid))
    monkeypatch.setattr(recurring, "SECONDS", 0)
    recurring.sweep()
    assert called == []
    assert "3 left for the next run" in caplog.text


def test_a_timeout_ends_the_run(services, monkeypatch):
    def late(rt, sid):
        raise JobTimeoutException

    monkeypatch.setattr(recurring, "sweep_service", late)
    with pytest.raises(JobTimeoutException):
        recurring.sweep()


def test_the_real_operations_find_nothing_to_do(services):
    for job in (
        recurring.deliver,
        recurring.sweep,
        recurring.drain,
        recurring.check_numbers,
        recurring.finish_interrupted,
        recurring.forget,
    ):
        job()
        job()


def test_a_due_session_that_is_gone_is_swept(services):
    services.store.client.zadd(keys.service("due", SERVICE), {"KC" + "1" * 32: 1})
    recurring.sweep()
    assert services.store.client.zcard(keys.service("due", SERVICE)) == 0


def test_a_database_that_is_down_is_asked_once(services, monkeypatch):
    nowhere = open_engine("postgresql://u:p@127.0.0.1:1/x")
    called: list[str] = []
    with monkeypatch.context() as patch, pytest.raises(DatabaseUnusable):
        patch.setitem(recurring.runtime()._parts, recurring.engine, nowhere)
        patch.setattr(recurring, "drain_service", lambda *_: called.append(""))
        recurring.drain()
    assert called == []
