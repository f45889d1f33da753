"""Finds processes by process group and command line, and ends them: for starts that were killed."""

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
    """All processes of this machine. Uses /proc first, since small containers have no `ps`."""
    if not Path("/proc/self/stat").exists():
        yield from _from_ps()
        return
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (process := _from_proc(entry)):
            yield process


def _from_proc(entry: Path) -> Process | None:
    try:
        command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
        # The fields after the name, which may contain spaces and parentheses: state, parent, group.
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


def pid_in_file(file: Path) -> int:
    """The number in a pid file; 0 if there is none."""
    try:
        return int(file.read_text())
    except (OSError, ValueError):
        return 0


def group_processes(group: int, marker: str) -> list[Process]:
    """The group's processes whose command contains `mark`: an old file's pid may belong to another program by now."""
    return [process for process in running() if process.group == group and marker in process.command] if group else []


def end(group: int, marker: str, timeout: float = 10.0) -> bool:
    """Send SIGTERM, then SIGKILL after `patience` seconds. True if there was a process to end."""
    if not group_processes(group, marker):
        return False
    for number in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(group, number)
        if wait_until(lambda: not group_processes(group, marker), timeout):
            break
    return True


def wait_until(condition: Callable[[], bool], timeout: float) -> bool:
    deadline = time.monotonic() + timeout
    while not (result := condition()) and time.monotonic() < deadline:
        time.sleep(0.05)
    return result
