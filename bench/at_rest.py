"""A whole installation that has nothing to do: the memory of its processes; and how long its web server takes to start.

Linux only. RSS counts memory that processes share once for each of them, PSS once in all.
"""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from statistics import median
from typing import NamedTuple

from bench import forms, load
from bench.builds import Build, Code, running, this_code
from bench.report import Figure, interleaved, say
from bench.servers import ROOT, NotStarted, Server, free_port, shell, web_line
from bench.world import ACCOUNT, TOKEN
from simulator import server as simulator

#: By then every recurring job has run that is due within 15 s, and no request came.
SETTLE_SECONDS = 20.0
#: A pause of the client between two tries to connect to a server that starts.
RETRY_SECONDS = 0.005
START_SECONDS = 60.0
NONE: Mapping[str, str] = {}


class Memory(NamedTuple):
    """MiB of one kind of process, as the Procfile names it, with all its children."""

    rss: float
    pss: float


class Start(NamedTuple):
    """Until the first webhook is answered: seconds, and CPU seconds of all processes of the web server."""

    seconds: float
    cpu: float


def memory(build: Build) -> dict[str, Memory]:
    """Stops the build's web server and starts everything that its Procfile lists; "store" and "all" are added."""
    with installation(build) as servers:
        time.sleep(SETTLE_SECONDS)
        found = {name: _of_tree(server.process.pid) for name, server in servers.items()}
    found["store"] = _of_tree(build.store.process.pid)
    return {**found, "all": Memory(sum(each.rss for each in found.values()), sum(each.pss for each in found.values()))}


@contextlib.contextmanager
def installation(build: Build, **settings: str) -> Iterator[dict[str, Server]]:
    """Stops the build's web server; yields everything that its Procfile lists, started."""
    build.web.stop()
    lines = _lines(build.code)
    release = shell(lines.pop("release"), build.environ, build.directory / "release.log", *_place(build.code))
    if release.wait(START_SECONDS):
        raise NotStarted((build.directory / "release.log").read_text())
    with contextlib.ExitStack() as stack:
        yield {name: stack.enter_context(_running(build, name, line, settings)) for name, line in lines.items()}


def first_answers(build: Build, rounds: int) -> list[Start]:
    sender = build.people(1)[0]
    build.web.stop()
    return [_first_answer(build, forms.webhooks(build.paths, [sender], 1)[0]) for _ in range(rounds)]


def import_cpu(code: Code, module: str) -> float:
    """CPU seconds of a Python that imports it."""
    command, environ = [str(code.python), "-c", f"import {module}"], {"PATH": os.defpath}
    before = os.times()
    subprocess.run(command, cwd=code.root, check=True, env=environ)
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


def _first_answer(build: Build, webhook: bytes) -> Start:
    began = time.perf_counter()
    with _running(build, "web", web_line(build.code.root)) as server:
        while forms.RELAYED not in _answer(server, webhook):
            if time.perf_counter() - began > START_SECONDS:
                raise TimeoutError(f"{build.code.name}: no right answer in {START_SECONDS:g} s")
            time.sleep(RETRY_SECONDS)
        return Start(time.perf_counter() - began, server.cpu())


def _answer(server: Server, webhook: bytes) -> bytes:
    try:
        return load.ask(server.target, webhook)
    except OSError:
        return b""


@contextlib.contextmanager
def _running(build: Build, name: str, line: str, settings: Mapping[str, str] = NONE) -> Iterator[Server]:
    port = free_port()
    environ, log = {**build.environ, **settings, "PORT": str(port)}, build.directory / f"{name}.log"
    server = Server(name, port, shell(line, environ, log, *_place(build.code)))
    try:
        yield server
    finally:
        server.stop()


def _lines(code: Code) -> dict[str, str]:
    return dict(re.findall(r"^(\w+): (.+)$", (code.root / "Procfile").read_text(), re.MULTILINE))


def _place(code: Code) -> tuple[Path, Path]:
    return code.root, code.python.parent


def _of_tree(pid: int) -> Memory:
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return Memory(0, 0)
    rss, pss = (int(re.findall(rf"^{name}: +(\d+) kB$", text, re.MULTILINE)[0]) / 1024 for name in ("Rss", "Pss"))
    below = [_of_tree(int(child)) for child in children]
    return Memory(rss + sum(each.rss for each in below), pss + sum(each.pss for each in below))


def measure(rounds: int) -> list[Figure]:
    """This build's start, beside an import of Flask, and its memory."""
    carrier = simulator.start(account_sid=ACCOUNT, auth_token=TOKEN, numbers=0)
    try:
        with running(this_code(), carrier.url, ROOT / "var" / "bench-rest") as build:
            first = median(start.cpu for start in first_answers(build, rounds))
            modules: dict[str, Callable[[], float]] = {
                name: partial(import_cpu, build.code, name) for name in ("flask", "proxy.app")
            }
            took = interleaved(rounds, modules)
            kinds = memory(build)
    finally:
        carrier.stop()
    say(f"  CPU: import of flask {took['flask']:.2f} s, of the application {took['proxy.app']:.2f} s")
    say(f"  RSS / PSS, MiB: {shown(kinds)}")
    return [
        Figure("T10 import", took["proxy.app"] / took["flask"], "CPU"),
        Figure("T10 first", first / took["flask"], "CPU of the server and two workers"),
        Figure("T10 memory", kinds["all"].pss, f"RSS {kinds['all'].rss:.0f}"),
    ]


def shown(kinds: dict[str, Memory]) -> str:
    return ", ".join(f"{name} {one.rss:.0f} / {one.pss:.0f}" for name, one in kinds.items())
