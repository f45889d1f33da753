"""What a killed start left behind: found by process group and command line, then ended."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple


class Process(NamedTuple):
    pid: int
    group: int
    command: str


def running() -> Iterator[Process]:
    """Ours and everybody's. /proc first: small containers have no `ps`."""
    if not Path("/proc/self/stat").exists():
        yield from _from_ps()
        return
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (process := _from_proc(entry)):
            yield process


def _from_proc(entry: Path) -> Process | None:
    try:
        command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
        # After the name, which may hold spaces and parentheses: state, parent, group.
        state, _, group = (entry / "stat").read_text().rpartition(") ")[2].split()[:3]
    except (OSError, ValueError):
        return None
    return None if state == "Z" else Process(int(entry.name), int(group), command)


def _from_ps() -> Iterator[Process]:
    listing = subprocess.run(["ps", "-A", "-ww", "-o", "pid=,pgid=,command="], capture_output=True, text=True)
    for line in listing.stdout.splitlines():
        words = line.split(None, 2)
        if len(words) == 3:
            yield Process(int(words[0]), int(words[1]), words[2])


def recorded(file: Path) -> int:
    """The number in a pid file; 0 if there is none."""
    try:
        return int(file.read_text())
    except (OSError, ValueError):
        return 0


def members(group: int, mark: str) -> list[Process]:
    """The command must hold the mark: a number of an old file may belong to a stranger by now."""
    return [process for process in running() if process.group == group and mark in process.command] if group else []


def end(group: int, mark: str, patience: float = 10.0) -> bool:
    """Ask, then kill. True if there was something to end."""
    if not members(group, mark):
        return False
    for number in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(group, number)
        if wait_until(lambda: not members(group, mark), patience):
            break
    return True


def wait_until(holds: Callable[[], bool], patience: float) -> bool:
    deadline = time.monotonic() + patience
    while not (met := holds()) and time.monotonic() < deadline:
        time.sleep(0.05)
    return met
