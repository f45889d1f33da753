"""Ends the processes that a killed test run left behind. A variable in their environment names their run.

A run holds a lock on a file as long as it lives; the kernel releases the lock however the run ends. The variable names
that file, and every process of the run inherits it. A later run ends the processes whose file is not locked, and never
those of another run that is still going.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

from dev.processes import wait_until

VARIABLE = "MASKLINE_TEST_RUN"
_PREFIX = "maskline-run-"


@contextlib.contextmanager
def test_run() -> Iterator[Path]:
    """End what earlier runs left, then give a folder for this run; the folder is deleted at the end.

    Processes that start from now on are ended at the end of this run, or by the next run if this one is killed.
    """
    end_leftovers()
    made = Path(tempfile.mkdtemp())
    # Servers that run as another user must be able to enter the folder.
    made.chmod(0o755)
    with (made / "alive").open("w") as alive:
        fcntl.flock(alive, fcntl.LOCK_EX)
        # Rename only after locking: another run that starts now would take an unlocked folder for a leftover.
        folder = made.rename(made.with_name(_PREFIX + made.name))
        previous = os.environ.get(VARIABLE)
        os.environ[VARIABLE] = str(folder)
        try:
            yield folder
        finally:
            os.environ.pop(VARIABLE)
            if previous:
                os.environ[VARIABLE] = previous
            _clear(folder)


def end_leftovers() -> list[str]:
    """Clear the folders of runs that have ended, and return their names. Other users' runs are not touched."""
    found = []
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError), (folder / "alive").open("r+") as alive:
            # flock, not lockf: with lockf this process would get the lock that it already holds.
            fcntl.flock(alive, fcntl.LOCK_EX | fcntl.LOCK_NB)
            _clear(folder)
            found.append(folder.name)
    return found


def _clear(folder: Path) -> None:
    for number in (signal.SIGTERM, signal.SIGKILL):
        for pid in started_by(folder):
            with contextlib.suppress(OSError):
                os.kill(pid, number)
        if wait_until(lambda: not started_by(folder), 10):
            break
    shutil.rmtree(folder, ignore_errors=True)


def started_by(folder: Path) -> list[int]:
    """The pids of a run's processes, except this process and its parent. Without /proc the list is empty."""
    wanted, excluded = f"{VARIABLE}={folder}".encode(), {os.getpid(), os.getppid()}
    return [pid for pid in _pids() if pid not in excluded and wanted in _environment(pid).split(b"\0")]


def _pids() -> list[int]:
    with contextlib.suppress(OSError):
        return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    return []


def _environment(pid: int) -> bytes:
    """The environment at the process's start; empty if it has ended, is a zombie, or is another user's."""
    try:
        return Path(f"/proc/{pid}/environ").read_bytes()
    except OSError:
        return b""
