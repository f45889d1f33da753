"""The worker and the clock, started as processes like in production."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dev import store as server
from record.database import open_engine
from record.migrate import upgrade
from storage import keys
from storage.store import Store
from tests.jobs.processes.conftest import ACCOUNT, database
from tests.record.events import SERVICE, emit, recorded

# Slow: starts worker and clock as processes, stops and kills them.
pytestmark = pytest.mark.slow


ROOT = Path(__file__).parents[3]


@pytest.fixture
def start(environment, tmp_path):
    started = []

    def act(module, **changes):
        environ = {**os.environ, **environment, "PYTHONPATH": str(ROOT), **changes}
        process = subprocess.Popen(
            [sys.executable, "-m", *module.split()], env=environ, cwd=tmp_path,
            stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        started.append(process)
        return process

    yield act
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()


def register(store):
    """Registers the Service, because the drain would forget an unknown Service once its events are recorded."""
    store.client.hset(keys.installation_services(), SERVICE, ACCOUNT)
    store.client.set(keys.service("service", SERVICE), "{}")


def until(condition):
    """Waits for the condition; the limit only ends a test that hangs."""
    for _ in range(600):
        if condition():
            return True
        time.sleep(0.1)
    return False


def test_clock_and_worker_drain_and_stop_when_told(rt, start):
    register(rt.store)
    started = [start("jobs.worker rest"), start("jobs.clock"), start("jobs.clock")]
    emit(rt.store, 1, 5)
    assert until(lambda: recorded(database()) == [1, 2, 3, 4, 5])
    emit(rt.store, 6, 9)
    assert until(lambda: recorded(database()) == list(range(1, 10)))
    for process in started:
        process.send_signal(signal.SIGTERM)
    told = [(process.communicate(), process.returncode) for process in started]
    # The first run of copy_key_ring says that it wrote the copy.
    said = [line for (out, errors), _ in told for line in (out + errors).splitlines() if "key ring's copy" not in line]
    assert (said, [code for _, code in told]) == ([], [0, 0, 0])


def test_a_killed_worker_is_replaced_by_the_next(rt, start, queue):
    register(rt.store)
    start("jobs.clock")
    for round_ in range(3):
        worker = start("jobs.worker rest")
        emit(rt.store, 10 * round_ + 1, 10 * round_ + 10)
        assert until(lambda end=10 * round_ + 10: recorded(database()) == list(range(1, end + 1)))
        worker.kill()
        worker.wait()


def test_a_store_that_restarts_ends_neither(start, environment, tmp_path):
    own = server.start(tmp_path / "store", port=server.free_port(0))
    changes = {"REDIS_URL": own.url, "QUEUE_URL": own.url}
    upgrade(environment["DATABASE_URL"])
    started = [start("jobs.worker rest", **changes), start("jobs.clock", **changes)]
    engine = open_engine(environment["DATABASE_URL"])
    register(Store(own.url))
    for first in (1, 11):
        emit(Store(own.url), first, first + 9)
        assert until(lambda last=first + 9: len(recorded(engine)) == last)
        own.kill()
        own = server.start(tmp_path / "store", port=own.port)
    emit(Store(own.url), 21, 25)
    assert until(lambda: len(recorded(engine)) == 25)
    assert [process.poll() for process in started] == [None, None]
    own.stop()


@pytest.mark.parametrize("module", ["jobs.worker files", "jobs.clock"])
@pytest.mark.parametrize(
    "changes",
    [
        {"DATABASE_URL": "mysql://u:secret-word@host/x"},
        {"DATABASE_URL": "sqlite:////proc/none/x.sqlite3"},
        {"REDIS_URL": "redis://:secret-word@127.0.0.1:1/0", "START_WAIT_SECONDS": "0"},
        {"SECRET_KEY": ""},
    ],
)
def test_what_cannot_work_ends_it_with_the_line_to_write(start, module, changes):
    process = start(module, **changes)
    _, told = process.communicate()
    assert process.returncode == 1
    assert "Write: " in told or "Run: " in told
    assert "secret-word" not in told and "Traceback" not in told


def test_without_tables_the_worker_says_what_to_run(start):
    process = start("jobs.worker rest")
    assert process.stderr is not None
    assert "Run: python -m record.migrate" in process.stderr.readline()
    process.send_signal(signal.SIGTERM)
    process.communicate()
    assert process.returncode == 0


def test_a_sandbox_that_is_required_and_not_there_ends_it(start, tmp_path):
    """The library libseccomp cannot be loaded. `best` starts, and warns."""
    (tmp_path / "libseccomp.so.2").write_text("no library")
    changes = {"LD_LIBRARY_PATH": str(tmp_path)}
    process = start("jobs.worker files", MEDIA_SANDBOX="required", **changes)
    _, told = process.communicate()
    assert process.returncode == 1
    assert "MEDIA_SANDBOX is required" in told and "write: MEDIA_SANDBOX=best" in told
    process = start("jobs.worker files", MEDIA_SANDBOX="best", **changes)
    assert process.stderr is not None
    assert "MEDIA_SANDBOX=best: the process that cleans files is not locked in" in process.stderr.readline()
