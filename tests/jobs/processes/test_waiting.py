"""A process that starts waits until its store answers; a web worker ends if its server is killed."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from common.heartbeat import alive, seconds_since
from dev import processes
from dev import store as server
from storage.store import Store
from tests.guards.source import ROOT
from tests.jobs.processes.test_processes import start as start
from tests.support.stack import free_port

# Slow: starts processes that wait for their store.
pytestmark = pytest.mark.slow


WAITING = "waiting for the store"


def web_line() -> list[str]:
    """The command of the Procfile's web process."""
    line = re.findall(r"^web: (.*)$", (ROOT / "Procfile").read_text(encoding="utf-8"), re.MULTILINE)[0]
    return ["sh", "-c", line]


class Web:
    """The web process as the Procfile starts it, or by another `line`, which must have the application's name, too."""

    def __init__(self, environ: dict[str, str], log: Path, line: list[str] | None = None) -> None:
        self.port, self.log = free_port(), log
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        given = {**os.environ, **environ, "PORT": str(self.port), "WEB_CONCURRENCY": "2", "PATH": path}
        with log.open("wb") as out:
            self.process = subprocess.Popen(
                line or web_line(), env=given, cwd=ROOT, stdout=out, stderr=out, start_new_session=True
            )

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=2) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def text(self) -> str:
        return self.log.read_text(errors="replace")

    def workers(self) -> list[int]:
        return [p.pid for p in processes.group_processes(self.process.pid, "rsgi:app") if p.pid != self.process.pid]

    def end(self) -> None:
        processes.end(self.process.pid, "rsgi:app")
        self.process.wait()


@pytest.fixture
def web(environment, tmp_path) -> Iterator[Callable[..., Web]]:
    started: list[Web] = []

    def act(**changes: str) -> Web:
        started.append(Web({**environment, **changes}, tmp_path / f"web-{len(started)}.log"))
        return started[-1]

    yield act
    for one in started:
        one.end()


@pytest.fixture
def away(tmp_path) -> Iterator[tuple[int, Callable[[], None]]]:
    """The port of a store that does not run yet, and a function that starts the store."""
    port, running = server.free_port(0), []
    yield port, lambda: running.append(server.start(tmp_path / "store", port=port))
    for one in running:
        one.stop()


def until(condition: Callable[[], bool]) -> bool:
    """Waits for the condition; the limit only ends a test that hangs."""
    return processes.wait_until(condition, 60)


def test_web_waits_for_its_store(web, away):
    port, begin = away
    one = web(REDIS_URL=f"redis://127.0.0.1:{port}/0")
    assert until(lambda: WAITING in one.text())
    begin()
    assert until(one.answers)
    assert "Traceback" not in one.text()


@pytest.mark.parametrize("module", ["jobs.worker sends", "jobs.clock"])
def test_worker_and_clock_wait_for_their_store(start, away, module):
    port, begin = away
    url = f"redis://127.0.0.1:{port}"
    process = start(module, REDIS_URL=f"{url}/0", QUEUE_URL=f"{url}/1")
    assert WAITING in process.stderr.readline()
    begin()
    assert until(lambda: server.answers(port))
    name = module.replace(".", " ").split()[-1]
    assert until(lambda: alive(seconds_since(Store(f"{url}/0"))[name]))
    process.send_signal(signal.SIGTERM)
    process.communicate()
    assert process.returncode == 0


@pytest.mark.parametrize("module", ["jobs.worker sends", "jobs.clock"])
def test_the_waiting_has_an_end(start, module):
    process = start(module, REDIS_URL=f"redis://127.0.0.1:{server.free_port(0)}/0", START_WAIT_SECONDS="1")
    _, told = process.communicate()
    assert process.returncode == 1
    assert told.splitlines()[-1].startswith("REDIS_URL: nothing listens at the store's address. Start it, or give ")
    assert "Traceback" not in told


@pytest.mark.parametrize(
    "command", ["jobs.worker rest", "jobs.clock", "proxy.check_and_run true", "flask accounts list"]
)
def test_what_no_waiting_mends_ends_each_process_once(environment, command):
    """The process writes one sentence, not a traceback, and does not restart in a loop."""
    url = environment["REDIS_URL"].replace("/0", "/99")
    done = subprocess.run(
        [sys.executable, "-m", *command.split()],
        env={**os.environ, **environment, "REDIS_URL": url, "PORT": str(free_port())}, cwd=ROOT,
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    told = "REDIS_URL: the store has no database of that number. Write: REDIS_URL=redis://host:6379/0\n"
    assert (done.returncode, done.stderr.removeprefix("Error: "), done.stdout) == (1, told, "")


def test_every_line_is_json_where_it_is_asked_for(web):
    """This includes the web server's own lines, because log collectors expect one JSON object per line."""
    one = web(LOG_FORMAT="json")
    assert until(one.answers)
    one.end()
    found = [json.loads(line) for line in one.text().splitlines()]
    assert {"level", "logger", "message", "time"} <= set.intersection(*(set(line) for line in found))
    assert any(line["message"].startswith("Listening at") for line in found)


def test_every_line_begins_with_its_time_in_utc(web):
    """This includes the web server's own lines."""
    one = web(TZ="Asia/Tokyo")
    assert until(one.answers)
    one.end()
    lines = one.text().splitlines()
    assert any("Listening at" in line for line in lines)
    for line in lines:
        moment = datetime.fromisoformat(line.split()[0])
        assert moment.utcoffset() == timedelta(0)
        assert abs((datetime.now(UTC) - moment).total_seconds()) < 3600


def test_workers_of_a_killed_server_end(web):
    """Otherwise they would keep serving the old code beside the workers of the next start, on the same port."""
    one = web()
    assert until(one.answers) and until(lambda: len(one.workers()) == 2)
    one.process.kill()
    one.process.wait()
    assert until(lambda: not one.workers())
    assert not one.answers()


def test_a_port_that_is_taken_ends_it_once(web, environment):
    first = web()
    assert until(first.answers)
    second = subprocess.run(
        [sys.executable, "-m", "proxy.check_and_run", "true"],
        env={**os.environ, **environment, "PORT": str(first.port)}, cwd=ROOT,
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert second.returncode == 1
    assert second.stderr == (
        f"PORT {first.port} is used by another process. Stop it, or write: PORT={first.port + 1}\n"
    )


def test_workers_share_the_memory_of_what_all_of_them_load(web):
    one = web()
    assert until(one.answers) and until(lambda: len(one.workers()) == 2)
    for worker in one.workers():
        memory = Path(f"/proc/{worker}/smaps_rollup")
        found = dict(re.findall(r"^(\w+): +(\d+) kB$", memory.read_text(), re.MULTILINE))
        assert int(found["Private_Dirty"]) < int(found["Rss"]) / 2


def test_workers_inherit_no_connection_to_the_store(web, environment):
    one = web()
    assert until(one.answers)
    assert not [link for link in _sockets(one.process.pid) if link in _connected(environment["REDIS_URL"])]


def _sockets(pid: int) -> set[str]:
    """Inodes of the process's sockets."""
    links = (os.readlink(each) for each in Path(f"/proc/{pid}/fd").iterdir())
    return {link[len("socket:[") : -1] for link in links if link.startswith("socket:[")}


def _connected(url: str) -> set[str]:
    """Inodes of this machine's connections to the port of `url`."""
    port = f":{urlsplit(url).port:04X}"
    rows = (line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:])
    return {row[9] for row in rows if row[2].endswith(port)}
