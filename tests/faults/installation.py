"""A whole installation: web, workers and clocks, a store behind a proxy, and a record, all of its own."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from dataclasses import fields
from pathlib import Path

import requests
from honcho.environ import parse_procfile
from redis import Redis

from common.config import Settings
from dev import leftovers
from dev import store as embedded
from storage.store import connect
from tests.faults import processes
from tests.faults.processes import Process
from tests.support.stack import ACCOUNT, SECRET_KEY, TOKEN, free_port

ROOT = Path(__file__).parents[2]
#: How many times to ask, every 0.1 seconds, until the installation answers.
PATIENCE = 1800
#: In place of `python -m jobs.all`: each process is killed, suspended and started again by itself.
SEPARATE = {
    **{name: f"exec python -m jobs.worker {name.rstrip('2')}" for name in ("sends", "sends2", "files", "rest")},
    **dict.fromkeys(("clock", "clock2"), "exec python -m jobs.clock"),
}
#: No limits of traffic: the storm must meet the faults, and not our rates.
UNLIMITED = {
    name: "0"
    for name in (
        "API_READS_PER_SECOND", "API_WRITES_PER_SECOND", "PERSON_MESSAGES_PER_MINUTE", "PAIR_MESSAGES_PER_MINUTE",
        "PERSON_CALLS_PER_MINUTE", "PAIR_CALLS_PER_MINUTE",
    )
}  # fmt: skip


class Installation:
    """`url` is PUBLIC_URL. `folder` gets everything: the store's files, the database, a log for each process.

    `store_folder`: another place for the store's files. `database_url`: another record.
    `fsync`: of the store's append-only file.
    """

    def __init__(
        self, folder: Path, carrier_url: str, *, store_folder: Path | None = None, database_url: str = "",
        fsync: str = "always", **settings: str,
    ) -> None:  # fmt: skip
        self.folder, self.port, self.fsync = folder, free_port(), fsync
        self.store_folder = store_folder or folder / "store"
        self.database = folder / "record.sqlite3"
        self.url = f"http://127.0.0.1:{self.port}"
        self.store_port, self.proxy_port = free_port(), free_port()
        nothing = {f.name.upper(): "" for f in fields(Settings)}
        kept = {name: os.environ[name] for name in ("HOME", "LANG", "TMPDIR", leftovers.VARIABLE) if name in os.environ}
        self.environ = {
            **nothing, **kept, **UNLIMITED, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "PORT": str(self.port), "WEB_CONCURRENCY": "2", "PUBLIC_URL": self.url,
            "REDIS_URL": f"redis://127.0.0.1:{self.proxy_port}/0",
            "DATABASE_URL": database_url or f"sqlite:///{self.database}",
            "TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": TOKEN, "TWILIO_API_URL": carrier_url,
            "SECRET_KEY": SECRET_KEY, "ALLOW_PRIVATE_CALLBACKS": "1", "SEGMENTS_PER_SECOND": "1000", **settings,
        }  # fmt: skip
        lines: dict[str, str] = parse_procfile((ROOT / "Procfile").read_text(encoding="utf-8")).processes
        self.lines = {name: line for name, line in lines.items() if name != "jobs"} | SEPARATE
        self.parts: dict[str, Process] = {}

    def start(self) -> Installation:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.parts["store"] = Process("store", lambda: self._start_store().process)
        proxy = f"exec {sys.executable} -m tests.faults.store_proxy {self.proxy_port} {self.store_port}"
        self.parts["proxy"] = self._process("proxy", proxy)
        self.wait_for_store()
        release = subprocess.run(self.lines["release"], shell=True, cwd=ROOT, env=self.environ, capture_output=True)
        assert release.returncode == 0, release.stderr.decode()
        self.parts |= {name: self._process(name, line) for name, line in self.lines.items() if name != "release"}
        self.wait_until_ready()
        return self

    def _start_store(self) -> embedded.Store:
        return embedded.start(self.store_folder, self.fsync, self.store_port)

    def _process(self, name: str, line: str) -> Process:
        log = self.folder / f"{name}.log"
        return Process(name, processes.command(line, environ=self.environ, folder=ROOT, log=log))

    @property
    def names(self) -> list[str]:
        """The Procfile's processes."""
        return [name for name in self.parts if name not in ("store", "proxy")]

    @property
    def store_url(self) -> str:
        """Past the proxy."""
        return f"redis://127.0.0.1:{self.store_port}/0"

    def wait_for_store(self) -> None:
        _wait(lambda: embedded.answers(self.proxy_port), "the store does not answer")

    def wait_until_ready(self) -> None:
        _wait(lambda: self.answers("/readyz"), "the installation is not ready")

    def wait_for_web(self) -> None:
        _wait(lambda: self.answers("/healthz"), "the web processes do not answer")

    def answers(self, path: str) -> bool:
        try:
            return requests.get(self.url + path, timeout=5).status_code == 200
        except requests.RequestException:
            return False

    def run(self, *command: str) -> subprocess.CompletedProcess[bytes]:
        """Runs one of our programs with the installation's settings: `run("-m", "record.verify")`."""
        return subprocess.run([sys.executable, *command], cwd=ROOT, env=self.environ, capture_output=True, timeout=120)

    def client(self) -> Redis:
        return connect(self.store_url)

    def lock_record(self, seconds: float) -> None:
        with sqlite3.connect(self.database, timeout=30, isolation_level=None) as connection:
            connection.execute("BEGIN EXCLUSIVE")
            time.sleep(seconds)
            connection.execute("ROLLBACK")

    def log_files(self) -> list[Path]:
        return sorted(self.folder.glob("*.log"))

    def stop(self) -> None:
        """The proxy and the store last, as an operator would."""
        for name in [*self.names, "proxy", "store"]:
            if name in self.parts:
                self.parts[name].stop()

    def kill_all(self) -> None:
        """Kills every process at the same moment, as a machine that loses power; then all start again."""
        victims = [process for name, process in self.parts.items() if name != "proxy"]
        for pid in [pid for process in victims for pid in (process.pid, *process.children())]:
            processes.send(pid, signal.SIGKILL)

    def remove(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)


def _wait(condition: object, problem: str) -> None:
    assert callable(condition)
    for _ in range(PATIENCE):
        if condition():
            return
        time.sleep(0.1)
    raise AssertionError(problem)
