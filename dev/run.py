"""`make run`: the embedded store if no store is set, then the Procfile's processes and the simulator, until Ctrl-C."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shlex
import signal
import socket
import subprocess
import sys
import threading
import urllib.request
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import IO, NoReturn

from honcho.environ import parse_procfile
from honcho.manager import Manager

from common.config import ConfigError, load
from common.warnings import warnings
from dev import environment, store
from dev.private import keep_private
from dev.processes import end, pid_in_file, wait_until
from dev.welcome import welcome

ROOT = Path(__file__).resolve().parent.parent
VAR = ROOT / "var"
START_SECONDS = 60


class StartError(Exception):
    """Why the start failed, and what to do about it, in one sentence."""


def main() -> int:
    ArgumentParser(prog="python -m dev.run", description=__doc__).parse_args()
    if open_before := keep_private(VAR):
        print(f"{len(open_before)} files or folders in {VAR} could be read by others; now only by their owner")
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    try:
        with _single_instance():
            return _run()
    except (StartError, ConfigError, store.StoreError) as error:
        print(f"make run: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0


def _interrupt(number: int, frame: object) -> NoReturn:
    raise KeyboardInterrupt


@contextlib.contextmanager
def _single_instance() -> Iterator[IO[str]]:
    # lockf, not flock: children that outlive a killed start would keep a flock.
    with (VAR / "run.lock").open("a+") as file:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise StartError("it is already running here; stop that one first (Ctrl-C in its terminal)") from None
        yield file


def _run() -> int:
    environ = environment.compose(ROOT)
    commands = _commands(environ)
    _end_orphans(commands)
    with _embedded(environ) as embedded:
        settings = load(environ)
        for sentence in warnings(settings):
            print(f"warning: {sentence}")
        _check_ports(environ)
        environment.write(VAR / "run.env", environment.settings_of(environ))
        _release(environ)
        return _serve(commands, environ, embedded)


def _commands(environ: dict[str, str]) -> dict[str, str]:
    lines = parse_procfile((ROOT / "Procfile").read_text(encoding="utf-8")).processes
    commands = {name: line for name, line in lines.items() if name != "release"}
    if environment.uses_simulator(environ):
        state = shlex.quote(str(VAR / "simulator.json"))
        commands["simulator"] = f"exec python -m simulator serve --port {environ['SIMULATOR_PORT']} --state {state}"
    return commands


def _identifying_word(command: str) -> str:
    """The last word of a command identifies our process; it stays the same after `exec`."""
    return shlex.split(command)[-1]


def _pid_file(name: str) -> Path:
    return VAR / f"{name}.pid"


def _end_orphans(commands: dict[str, str]) -> None:
    for name, command in commands.items():
        if end(pid_in_file(_pid_file(name)), _identifying_word(command)):
            print(f"ended the {name} of an earlier start that was killed")
        _pid_file(name).unlink(missing_ok=True)
    if store.end_orphan(VAR / "valkey"):
        print("ended the store of an earlier start that was killed; its data is kept")


@contextlib.contextmanager
def _embedded(environ: dict[str, str]) -> Iterator[store.Store | None]:
    if not environment.uses_embedded_store(environ):
        yield None
        return
    # Check the settings before anything is started; the store's address is not known yet.
    settings = load({**environ, "REDIS_URL": "redis://127.0.0.1"})
    fsync = "everysec" if settings.store_durability == "everysec" else "always"
    server = store.start(VAR / "valkey", fsync, password=store.saved_password(VAR / "valkey"))
    environ["REDIS_URL"] = server.url
    try:
        yield server
    finally:
        server.stop()


def _check_ports(environ: dict[str, str]) -> None:
    names = ["PORT"] + ["SIMULATOR_PORT"] * environment.uses_simulator(environ)
    if len(names) == 2 and environ["PORT"] == environ["SIMULATOR_PORT"]:
        raise StartError(f"PORT and SIMULATOR_PORT are the same. Write: SIMULATOR_PORT={int(environ['PORT']) + 55}")
    for name in names:
        if not _is_free(environ["LISTEN_HOST"], environ[name]):
            raise StartError(f"port {environ[name]} is taken. Choose another: make run {name}={int(environ[name]) + 1}")


def _is_free(host: str, port: str) -> bool:
    with contextlib.suppress(OSError), socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((host, int(port)))
        return True
    return False


def _release(environ: dict[str, str]) -> None:
    line = parse_procfile((ROOT / "Procfile").read_text(encoding="utf-8")).processes.get("release")
    if line and subprocess.run(line, shell=True, cwd=ROOT, env=environ).returncode:
        raise StartError(
            "the tables of the record could not be brought up to date, or the functions not loaded (see above)"
        )


def _serve(commands: dict[str, str], environ: dict[str, str], embedded: store.Store | None) -> int:
    manager = Manager()
    for name, command in commands.items():
        # The shell's pid is the process group that the next start ends if this start is killed.
        with_pid = f"echo $$ > {shlex.quote(str(_pid_file(name)))}; {command}"
        manager.add_process(name, with_pid, env=environ, cwd=str(ROOT))
    watcher = _Watcher(environ, embedded)
    watcher.start()
    signal.signal(signal.SIGHUP, lambda *_: os.kill(os.getpid(), signal.SIGTERM))
    manager.loop()
    watcher.stopped.set()
    for name in commands:
        _pid_file(name).unlink(missing_ok=True)
    # 130 and 143: someone stopped it. Anything else: one process ended by itself, and the manager stopped the others.
    return 0 if manager.returncode in (130, 143) and not watcher.failed else 1


class _Watcher(threading.Thread):
    """Prints the welcome when the web process answers, and stops every process if the embedded store ends."""

    def __init__(self, environ: dict[str, str], embedded: store.Store | None) -> None:
        super().__init__(daemon=True)
        self.environ, self.embedded = environ, embedded
        self.stopped, self.failed = threading.Event(), False

    def run(self) -> None:
        if wait_until(lambda: self.stopped.is_set() or self._answers(), START_SECONDS) and not self.stopped.is_set():
            print(welcome(self.environ["PUBLIC_URL"], environment.uses_simulator(self.environ)), flush=True)
        while self.embedded and not self.stopped.wait(0.5):
            if not self.embedded.is_running():
                print(f"the embedded store ended; its log: {VAR / 'valkey' / 'valkey.log'}", file=sys.stderr)
                self.failed = True
                os.kill(os.getpid(), signal.SIGTERM)
                return

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.environ['PORT']}/healthz", timeout=2) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False


if __name__ == "__main__":
    sys.exit(main())
