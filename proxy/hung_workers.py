"""Kills a worker of the web server that hangs, so that the server starts another in its place.

Each worker has a listening socket of its own, and the kernel goes on to give it a share of the new connections. So the
event loop of each worker reports once a second by a pipe, and a thread of the server, which is their parent, reads it.
"""

from __future__ import annotations

import contextlib
import logging
import multiprocessing
import os
import signal
import threading
import time
from array import array
from asyncio import AbstractEventLoop
from collections.abc import Set

from common.runtime import Runtime

log = logging.getLogger("maskline")

REPORT_SECONDS = LOOK_SECONDS = 1.0
#: Not less than --workers-kill-timeout in the Procfile: a worker that is stopped may work so long.
HUNG_SECONDS = 10.0
#: How long a new worker may take until its event loop begins.
BEGIN_SECONDS = 60.0
#: A longer time between two looks: the machine or this process was suspended.
LONGEST_PAUSE = 3.0


class LoopReports:
    """A part of the runtime, made before the forks: workers write their pid into its pipe, and the server reads it."""

    def __init__(self, _: Runtime) -> None:
        self._read, self._write = _pipe()

    def begin(self, loop: AbstractEventLoop) -> None:
        """In a worker: `loop` reports from its first turn on."""
        loop.call_soon(self._report, loop)

    def read(self) -> set[int]:
        """In the server: pids of the workers that have reported since the last call."""
        return set(array("I", _all_of(self._read)))

    def _report(self, loop: AbstractEventLoop) -> None:
        # The pipe is full if the server is suspended.
        with contextlib.suppress(BlockingIOError):
            os.write(self._write, array("I", [os.getpid()]).tobytes())
        loop.call_later(REPORT_SECONDS, self._report, loop)


class Deadlines:
    """When each worker counts as hung, unless it reports before. Times in seconds of time.monotonic."""

    def __init__(self) -> None:
        self._of: dict[int, float] = {}
        self._looked = 0.0

    def look(self, now: float, workers: Set[int], reported: Set[int], disturbed: bool = False) -> int | None:
        """The pid of the worker to kill. `workers`: those that run. `disturbed`: nobody is killed for a while.

        A worker that began or ended disturbs, too: the web server ends if the same one ends twice within seconds, and
        it may be stopping or replacing them itself. So does a pause, in which reports may have waited unread.
        """
        disturbed |= workers != self._of.keys() or now - self._looked > LONGEST_PAUSE
        self._looked = now
        self._of = {
            pid: now + HUNG_SECONDS if pid in reported else self._of.get(pid, now + BEGIN_SECONDS) for pid in workers
        }
        hung = None if disturbed else next((pid for pid, end in self._of.items() if end < now), None)
        if disturbed or hung:
            self._of = {pid: max(end, now + HUNG_SECONDS) for pid, end in self._of.items()}
        return hung


def watch(reports: LoopReports) -> None:
    """Starts the thread. Call it in the main thread, before the first fork.

    Where workers are no forks (macOS), it does nothing: there they share one socket, and one that hangs takes nothing.
    """
    if multiprocessing.get_start_method() != "fork":
        return
    # The web server has handlers of its own; here each signal to it is also noted: it may be the order to stop.
    signals, write = _pipe()
    signal.set_wakeup_fd(write, warn_on_full_buffer=False)
    threading.Thread(target=_watch, args=(reports, signals), name="hung workers", daemon=True).start()


def _watch(reports: LoopReports, signals: int) -> None:
    deadlines = Deadlines()
    while True:
        time.sleep(LOOK_SECONDS)
        workers = {process.pid: process for process in multiprocessing.active_children() if process.pid}
        hung = deadlines.look(time.monotonic(), workers.keys(), reports.read(), bool(_all_of(signals)))
        if hung:
            log.warning("the event loop of web worker %d stands still: it is killed, and another takes its place", hung)
            workers[hung].kill()


def _pipe() -> tuple[int, int]:
    """Its end to read and its end to write; neither ever waits."""
    ends = os.pipe()
    for end in ends:
        os.set_blocking(end, False)
    return ends


def _all_of(pipe: int) -> bytes:
    """What waits in the pipe: at most its size, so that one call ends."""
    try:
        return os.read(pipe, 65_536)
    except BlockingIOError:
        return b""
