"""A worker of the web server that hangs is replaced; one that was suspended with the server, or is stopped, is not."""

from __future__ import annotations

import os
import re
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import pytest

from proxy.hung_workers import BEGIN_SECONDS, HUNG_SECONDS, LONGEST_PAUSE, Deadlines
from tests.faults.processes import send
from tests.jobs.processes.test_waiting import Web, until, web_line
from tests.proxy.test_web_server import environment, request
from tests.support import stores

# Slow: starts web servers, whose workers hang for ten seconds.
real = pytest.mark.slow
STANDS_STILL = "stands still"
Start = Callable[..., Web]


@pytest.fixture
def start(valkey_url: str, tmp_path: Path) -> Iterator[Start]:
    """Starts a web server with two workers, by the Procfile's line with `new` in place of `old`."""
    started: list[Web] = []

    def act(old: str = "", new: str = "") -> Web:
        shell, option, usual = web_line()
        command = [shell, option, usual.replace(old, new, 1)]
        started.append(Web(environment(valkey_url, tmp_path), tmp_path / f"web-{len(started)}.log", command))
        one = started[-1]
        assert until(one.answers) and until(lambda: begun(one) == 2)
        return one

    yield act
    for one in started:
        for pid in (one.process.pid, *one.workers()):
            send(pid, signal.SIGCONT)
        one.end()
    stores.empty(valkey_url)


def unwatched(start: Start) -> Web:
    """The control: the web server alone, as it would be without the thread."""
    return start("python -m proxy.check_and_run ", "")


def begun(one: Web) -> int:
    """How many workers have begun to serve, since the start."""
    return len(re.findall(r"Started worker-\d+$", one.text(), re.M))


def looks(pid: int) -> int:
    """How often a thread of the process waited: that of an idle web server does it once for each look."""
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return sum(int(re.findall(r"^voluntary_ctxt_switches:\s+(\d+)", (each / "status").read_text(), re.M)[0])
               for each in tasks)  # fmt: skip


def wait_for_looks(one: Web, count: int) -> None:
    before = looks(one.process.pid)
    assert until(lambda: looks(one.process.pid) >= before + count)


def block(one: Web) -> None:
    """One of the workers reads this and does nothing else from then on."""
    with closing(socket.create_connection(("127.0.0.1", one.port))) as line:
        line.sendall(request("GET", "/block", "Connection: close"))


@real
def test_a_suspended_worker_is_replaced(start: Start) -> None:
    one, control = start(), unwatched(start)
    (hung, other), unchanged = one.workers(), control.workers()
    for pid in (hung, unchanged[0]):
        os.kill(pid, signal.SIGSTOP)
    assert until(lambda: hung not in one.workers() and begun(one) == 3)
    assert other in one.workers() and len(one.workers()) == 2
    assert one.text().count(STANDS_STILL) == 1
    assert all(one.answers() for _ in range(40))
    assert sorted(control.workers()) == sorted(unchanged)


@real
def test_a_worker_whose_loop_is_blocked_is_replaced(start: Start) -> None:
    one = start("rsgi:app", "tests.proxy.blocking_rsgi:app")
    block(one)
    assert until(lambda: begun(one) == 3)
    assert one.text().count(STANDS_STILL) == 1
    assert all(one.answers() for _ in range(40))


@real
def test_workers_that_were_suspended_with_their_server_stay(start: Start) -> None:
    one, other = start(), start()
    workers, timed = one.workers(), other.workers()[0]
    for pid in (*workers, timed):
        os.kill(pid, signal.SIGSTOP)
    # So no report of theirs waits unread when their server goes on.
    wait_for_looks(one, 3)
    os.kill(one.process.pid, signal.SIGSTOP)
    # The other server has no pause: its worker was suspended for as long as theirs.
    assert until(lambda: timed not in other.workers())
    os.kill(one.process.pid, signal.SIGCONT)
    wait_for_looks(one, 4)
    os.killpg(one.process.pid, signal.SIGCONT)
    assert until(lambda: all(one.answers() for _ in range(20)))
    assert sorted(one.workers()) == sorted(workers)
    assert STANDS_STILL not in one.text()


@real
def test_a_stop_leaves_suspended_workers_their_time(start: Start) -> None:
    one = start()
    for pid in one.workers():
        os.kill(pid, signal.SIGSTOP)
    wait_for_looks(one, 6)
    one.process.send_signal(signal.SIGTERM)
    one.process.wait(60)
    assert "after it refused to gracefully stop" in one.text()
    assert STANDS_STILL not in one.text()


def play(deadlines: Deadlines, begin: int, end: int, workers: set[int], reporting: set[int]) -> dict[int, int]:
    """Looks once in each second. Returns second -> killed worker, which goes on to run."""
    found = {now: deadlines.look(float(now), workers, reporting) for now in range(begin, end)}
    return {now: pid for now, pid in found.items() if pid}


def test_a_worker_that_is_stopped_may_end_first() -> None:
    (seconds,) = re.findall(r"--workers-kill-timeout (\d+)", web_line()[-1])
    assert float(seconds) <= HUNG_SECONDS


def test_workers_that_report_stay() -> None:
    assert play(Deadlines(), 0, 1000, {1, 2}, {1, 2}) == {}


def test_a_worker_that_stops_to_report_is_killed_once_in_a_time() -> None:
    deadlines = Deadlines()
    play(deadlines, 0, 100, {1, 2}, {1, 2})
    killed = play(deadlines, 100, 200, {1, 2}, {1})
    assert set(killed.values()) == {2}
    moments = [100, *killed]
    assert all(later - earlier >= HUNG_SECONDS for earlier, later in pairwise(moments))


def test_two_that_hang_are_not_killed_together() -> None:
    deadlines = Deadlines()
    play(deadlines, 0, 100, {1, 2}, {1, 2})
    assert set(play(deadlines, 100, 112, {1, 2}, set()).values()) == {1}
    # It was replaced.
    assert play(deadlines, 112, 122, {2, 3}, {3}) == {}
    assert set(play(deadlines, 122, 125, {2, 3}, {3}).values()) == {2}


def test_a_new_worker_has_longer_to_begin() -> None:
    deadlines = Deadlines()
    assert play(deadlines, 0, int(BEGIN_SECONDS), {1, 2}, {1}) == {}
    assert set(play(deadlines, int(BEGIN_SECONDS), int(BEGIN_SECONDS) + 5, {1, 2}, {1}).values()) == {2}


@pytest.mark.parametrize(
    ("pause", "workers", "disturbed"),
    [(LONGEST_PAUSE + 1, {1, 2}, False), (1, {1, 2, 3}, False), (1, {1}, False), (1, {1, 2}, True)],
    ids=["a pause", "a worker began", "a worker ended", "a signal to the server"],
)
def test_what_disturbs_gives_each_its_time_anew(pause: float, workers: set[int], disturbed: bool) -> None:
    deadlines = Deadlines()
    play(deadlines, 0, 100, {1, 2}, {1, 2})
    assert play(deadlines, 100, 109, {1, 2}, set()) == {}
    again = 108 + int(pause)
    assert deadlines.look(float(again), workers, set(), disturbed) is None
    assert play(deadlines, again + 1, again + int(HUNG_SECONDS) + 1, workers, set()) == {}
    assert play(deadlines, again + int(HUNG_SECONDS) + 1, again + 13, workers, set())
