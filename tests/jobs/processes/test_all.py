"""`python -m jobs.all`: workers and clocks as forks of one process that keeps them running."""

from __future__ import annotations

import os
import re
import signal
from pathlib import Path
from subprocess import Popen

import pytest

from tests.jobs.processes.conftest import database
from tests.jobs.processes.test_processes import register, until
from tests.jobs.processes.test_processes import start as start
from tests.record.events import emit, recorded

# Slow: starts workers and clocks as processes, stops and kills them.
pytestmark = pytest.mark.slow

NAMES = ["clock", "clock", "files", "rest", "sends", "sends"]


def forks(process: Popen[str]) -> dict[int, str]:
    """Process id -> its name, as lists of processes show it."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    return {int(pid): Path(f"/proc/{pid}/comm").read_text().strip() for pid in children}


def are_running(process: Popen[str]) -> bool:
    return sorted(forks(process).values()) == NAMES


def gone(pids: dict[int, str]) -> bool:
    return not [pid for pid in pids if Path(f"/proc/{pid}").exists()]


def test_all_work_and_stop_when_told(rt, start):
    register(rt.store)
    process = start("jobs.all")
    assert until(lambda: are_running(process))
    emit(rt.store, 1, 5)
    assert until(lambda: recorded(database()) == [1, 2, 3, 4, 5])
    running = forks(process)
    process.send_signal(signal.SIGTERM)
    out, errors = process.communicate()
    said = [line for line in (out + errors).splitlines() if "key ring's copy" not in line]
    assert (said, process.returncode) == ([], 0)
    assert gone(running)


def test_one_that_is_killed_is_started_again(rt, start):
    register(rt.store)
    process = start("jobs.all")
    assert until(lambda: are_running(process))
    (rest,) = (pid for pid, name in forks(process).items() if name == "rest")
    os.kill(rest, signal.SIGKILL)
    assert "the process rest ended (-9) and is started again" in process.stderr.readline()
    assert until(lambda: are_running(process))
    emit(rt.store, 1, 5)
    assert until(lambda: recorded(database()) == [1, 2, 3, 4, 5])
    assert process.poll() is None


def test_all_end_when_the_process_that_keeps_them_is_killed(rt, start):
    """Otherwise they would run the old code beside the next start."""
    process = start("jobs.all")
    assert until(lambda: are_running(process))
    running = forks(process)
    process.kill()
    assert until(lambda: gone(running))


def test_a_signal_for_the_whole_group_is_heard_once(rt, environment, start):
    """As from Ctrl-C or a process manager: heard twice, it would break off the jobs under way."""
    process = start("jobs.all")
    assert until(lambda: are_running(process))
    assert {os.getpgid(pid) for pid in forks(process)} == set(forks(process))


def test_they_share_the_memory_of_what_all_of_them_load(rt, start):
    process = start("jobs.all")
    assert until(lambda: are_running(process))
    for pid in forks(process):
        found = dict(re.findall(r"^(\w+): +(\d+) kB$", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE))
        assert int(found["Private_Dirty"]) < int(found["Rss"]) / 2


@pytest.mark.parametrize("changes", [{"DATABASE_URL": "mysql://u:secret-word@host/x"}, {"SECRET_KEY": ""}])
def test_what_cannot_work_ends_it_with_the_line_to_write(start, changes):
    process = start("jobs.all", **changes)
    _, told = process.communicate()
    assert process.returncode == 1
    assert len(told.splitlines()) == 1 and ("Write: " in told or "Run: " in told)
    assert "secret-word" not in told
