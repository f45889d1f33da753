"""What a killed run of the tests left behind: every process that it started, known by a variable in its environment.

A run holds a lock on a file as long as it lives; the kernel lets go of it however the run ends. The variable names
that file, and every process of the run inherits it. So a later run ends what belongs to a file that
nobody holds, and never what another run, going on beside it, has started.
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
def marked() -> Iterator[Path]:
    """Ends what earlier runs left, then gives a folder of this run, which the next one removes with all in it.

    What this process starts from now on is ended with it, at once or by the next run.
    """
    end_left()
    made = Path(tempfile.mkdtemp())
    # Servers under a user of their own have to get through.
    made.chmod(0o755)
    with (made / "alive").open("w") as alive:
        fcntl.flock(alive, fcntl.LOCK_EX)
        # Not before it is locked, or another run that begins now would take it for left behind.
        folder = made.rename(made.with_name(_PREFIX + made.name))
        former = os.environ.get(VARIABLE)
        os.environ[VARIABLE] = str(folder)
        try:
            yield folder
        finally:
            os.environ.pop(VARIABLE)
            if former:
                os.environ[VARIABLE] = former
            _clear(folder)


def end_left() -> list[str]:
    """The folders of runs that are over, each cleared away. Another user's runs are left alone."""
    found = []
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError), (folder / "alive").open("r+") as alive:
            # flock, not lockf: the latter would let this process have its own.
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
    """Those of a run, not this process and not the ones above it. Without /proc nothing is found, and nothing ended."""
    wanted, spared = f"{VARIABLE}={folder}".encode(), {os.getpid(), os.getppid()}
    return [pid for pid in _pids() if pid not in spared and wanted in _environment(pid).split(b"\0")]


def _pids() -> list[int]:
    with contextlib.suppress(OSError):
        return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    return []


def _environment(pid: int) -> bytes:
    """As it was when the program began; empty if it is gone, a zombie, or another user's."""
    try:
        return Path(f"/proc/{pid}/environ").read_bytes()
    except OSError:
        return b""
