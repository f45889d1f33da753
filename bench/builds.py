"""A build of the product as a black box: its code, its own store, its web server; used only over HTTP."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from bench import forms, load
from bench.rounds import Round
from bench.servers import ROOT, Server, process_cpu, start, web_line
from bench.world import ACCOUNT, MANY, PUBLIC_URL, TOKEN, person
from dev import store as embedded
from storage.servers import connect

#: The highest value that can be set: checked, but never reached.
API_LIMIT = "100000"
#: Prefixes of the proxy numbers: each build has its own.
LAST_DIGITS = itertools.count(2_000_000)
#: Count of numbers of the Service in which Sessions are opened.
POOL = 50


@dataclass(frozen=True)
class Code:
    """Where a build's files are, and the Python that has its requirements."""

    name: str
    root: Path
    python: Path


@dataclass
class Build:
    """`one`: a Service with one number, so every proxy number is known; `many`: a Service with a pool.

    `environ`: of all its processes; `directory`: of its files.
    `paths`: of the webhooks of `number`, as the carrier has them.
    """

    code: Code
    store: embedded.Store
    web: Server
    one: str
    number: str
    many: str
    paths: forms.Paths
    environ: dict[str, str]
    directory: Path

    def people(self, sessions: int) -> list[forms.Sender]:
        """Open `count` Sessions between new people; returns all of these people."""
        pairs = [(person(), person()) for _ in range(sessions)]
        did = load.own(self.web.target, [forms.new_session(self.one, pair) for pair in pairs], 600, forms.OPENED)
        if did.failed or did.done != sessions:
            raise ValueError(f"{self.code.name}: {did.done} of {sessions} Sessions were opened")
        return [forms.Sender(one, self.number) for pair in pairs for one in pair]

    def cpu(self) -> tuple[float, float]:
        """CPU seconds so far: of the web processes, of the store."""
        return self.web.cpu(), process_cpu(self.store.process.pid)

    def written(self) -> int:
        """Bytes of the store's append-only file, which is not rewritten during a run."""
        return int(connect(self.store.url).info("persistence")["aof_current_size"])

    def kept(self) -> int:
        """Bytes of the store's memory without waiting events, which the record's drain takes out."""
        client = connect(self.store.url)
        for stream in client.scan_iter("{KS*}:events", count=1000):
            client.xtrim(stream, maxlen=0, approximate=False)
        return int(client.info("memory")["used_memory"])

    def drive(self, supply: list[bytes], seconds: float, expected: bytes) -> Round:
        did = load.drive(self.web.target, supply, seconds, expected)
        if did.failed or not did.done:
            wrong = f"{did.failed} of {did.failed + did.done} answers were not the right one"
            raise ValueError(f"{self.code.name}: {wrong}")
        return did


def code_of(ref: str, directory: Path) -> Code:
    """The files of a commit, with its own virtual environment if its requirements differ from this one's."""
    sha = _git("rev-parse", "--short", f"{ref}^{{commit}}")
    root = directory / sha
    shutil.rmtree(root, ignore_errors=True)
    _git("worktree", "prune")
    _git("worktree", "add", "--detach", "--force", str(root), sha)
    if (root / "requirements.txt").read_text() == (ROOT / "requirements.txt").read_text():
        return Code(sha, root, Path(sys.executable))
    subprocess.run([sys.executable, "-m", "venv", root / ".venv"], check=True)
    python = root / ".venv" / "bin" / "python"
    command: list[str | Path] = [
        python,
        "-m",
        "pip",
        "install",
        "-q",
        "--disable-pip-version-check",
        "-r",
        root / "requirements.txt",
    ]
    subprocess.run(command, check=True)
    return Code(sha, root, python)


def this_code() -> Code:
    return Code("this", ROOT, Path(sys.executable))


@contextlib.contextmanager
def running(code: Code, carrier: str, directory: Path) -> Iterator[Build]:
    """`carrier`: the URL of a simulator. All files of the build are in `directory`."""
    shutil.rmtree(directory, ignore_errors=True)
    store = embedded.start(directory, fsync="always", port=embedded.free_port(0))
    connect(store.url).config_set("auto-aof-rewrite-percentage", 0)
    environ = _environment(store.url, carrier, directory)
    try:
        web = start(code.name, web_line(code.root), environ, directory / "web.log", code.root, code.python.parent)
        try:
            yield _filled(code, store, web, carrier, environ, directory)
        finally:
            web.stop()
    finally:
        store.stop()


def _environment(store_url: str, carrier: str, directory: Path) -> dict[str, str]:
    limits = [f"{whose}_{what}_PER_MINUTE" for whose in ("PERSON", "PAIR") for what in ("MESSAGES", "CALLS")]
    return {
        "REDIS_URL": store_url, "PUBLIC_URL": PUBLIC_URL, "TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_API_URL": carrier, "SECRET_KEY": secrets.token_urlsafe(48), "STORE_DURABILITY": "always",
        "WEB_CONCURRENCY": "2", "LOG_LEVEL": "ERROR", "DATABASE_URL": f"sqlite:///{directory}/record.sqlite3",
        "API_READS_PER_SECOND": API_LIMIT, "API_WRITES_PER_SECOND": API_LIMIT, **dict.fromkeys(limits, MANY),
    }  # fmt: skip


def _filled(
    code: Code, store: embedded.Store, web: Server, carrier: str, environ: dict[str, str], directory: Path
) -> Build:
    api = f"http://{web.target.host}:{web.target.port}/proxy/v1/Services"
    one, many = (_post(api, UniqueName=f"{name}-{os.getpid()}")["sid"] for name in ("one", "many"))
    number = _number(api, carrier, one)
    for _ in range(POOL):
        _number(api, carrier, many)
    return Build(code, store, web, one, number, many, _paths(carrier, number), environ, directory)


def _paths(carrier: str, number: str) -> forms.Paths:
    url = f"{carrier}/2010-04-01/Accounts/{ACCOUNT}/IncomingPhoneNumbers.json"
    answer = requests.get(url, {"PhoneNumber": number}, auth=(ACCOUNT, TOKEN), timeout=60)
    (found,) = answer.json()["incoming_phone_numbers"]
    return forms.paths(found["sms_url"], found["voice_url"])


def _number(api: str, carrier: str, service_sid: str) -> str:
    made = f"+1415{next(LAST_DIGITS)}"
    requests.post(f"{carrier}/sim/numbers", json={"phone_number": made}, timeout=60).raise_for_status()
    _post(f"{api}/{service_sid}/PhoneNumbers", PhoneNumber=made)
    return made


def _post(url: str, **fields: str) -> dict[str, Any]:
    answer = requests.post(url, fields, auth=(ACCOUNT, TOKEN), timeout=60)
    if answer.status_code != 201:
        raise ValueError(f"{url}: {answer.status_code} {answer.text}")
    found: dict[str, Any] = json.loads(answer.text)
    return found


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr.strip())
    return done.stdout.strip()
