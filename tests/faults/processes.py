"""Processes that are started again whenever they end, as a platform does, and the signals that disturb them."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path

from dev import store as embedded

RESTART_SECONDS = 0.3
END_SECONDS = 15


class Process:
    """One program, in a process group of its own. `pid` is 0 while it does not run.

    `before_next`: done once, after the end of the program and before its next start.
    """

    def __init__(self, name: str, start: Callable[[], subprocess.Popen[bytes]]) -> None:
        self.name, self.starts, self._start = name, 0, start
        self.before_next: Callable[[], None] | None = None
        self._stopping = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._keeper = threading.Thread(target=self._keep, name=f"keeper of {name}", daemon=True)
        self._keeper.start()

    @property
    def pid(self) -> int:
        process = self._process
        return process.pid if process and process.poll() is None else 0

    def children(self) -> list[int]:
        pid = self.pid
        with contextlib.suppress(OSError):
            return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
        return []

    def stop(self) -> None:
        self._stopping.set()
        send(self.pid, signal.SIGCONT)
        send(self.pid, signal.SIGTERM)
        self._keeper.join(END_SECONDS)
        process = self._process
        if process and process.poll() is None:
            with contextlib.suppress(OSError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self._keeper.join()

    def _keep(self) -> None:
        while not self._stopping.is_set():
            try:
                self._process = self._start()
            except embedded.StoreError:
                # Its data or its disk are broken on purpose: try again.
                time.sleep(RESTART_SECONDS)
                continue
            self.starts += 1
            self._process.wait()
            if act := self.before_next:
                self.before_next = None
                act()
            self._stopping.wait(RESTART_SECONDS)


def command(line: str, *, environ: dict[str, str], folder: Path, log: Path) -> Callable[[], subprocess.Popen[bytes]]:
    """Starts a line of the Procfile by the shell. Its output is added to `log`."""

    def start() -> subprocess.Popen[bytes]:
        with log.open("ab") as output:
            return subprocess.Popen(
                ["/bin/sh", "-c", line], cwd=folder, env=environ, stdin=subprocess.DEVNULL, stdout=output,
                stderr=output, start_new_session=True,
            )  # fmt: skip

    return start


def send(pid: int, number: signal.Signals) -> None:
    if pid:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)


def freeze(pid: int, seconds: float) -> None:
    send(pid, signal.SIGSTOP)
    time.sleep(seconds)
    send(pid, signal.SIGCONT)
