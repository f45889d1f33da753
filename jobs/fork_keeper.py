"""Keeps several processes running: each is a fork of this one, and one that ended is started again."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple, NoReturn

from common import forks

log = logging.getLogger("maskline")

#: Before a process that ended is started again.
RETRY_SECONDS = 1.0
#: How long a job under way may take after this process was killed.
EXIT_SECONDS = 10.0
SIGNALS = (signal.SIGTERM, signal.SIGINT)


class Part(NamedTuple):
    """`run` returns an exit code. `name`: for the log, and for lists of processes."""

    name: str
    run: Callable[[], int]


def keep(parts: Sequence[Part]) -> None:
    """Returns when SIGTERM or SIGINT came and all processes have ended: their handler must raise SystemExit."""
    running: dict[int, Part] = {}
    try:
        for part in parts:
            _start(part, running)
        while True:
            pid, status = os.wait()
            # The first process of a container also gets the ends of processes that it did not start.
            if ended := running.pop(pid, None):
                how = os.waitstatus_to_exitcode(status)
                log.warning("the process %s ended (%d) and is started again", ended.name, how)
                time.sleep(RETRY_SECONDS)
                _start(ended, running)
    except SystemExit:
        _stop(running)


def _start(part: Part, running: dict[int, Part]) -> None:
    parent = os.getpid()
    with _signals_wait():
        pid = os.fork()
        if pid:
            running[pid] = part
            return
        _run(part, parent)


def _run(part: Part, parent: int) -> NoReturn:
    """Never returns to the caller, whose work is the parent's."""
    code = 1
    try:
        # A group of its own: a signal for the parent's group would reach this process twice, once through the parent.
        os.setpgid(0, 0)
        with contextlib.suppress(OSError):
            Path("/proc/self/comm").write_text(part.name)
        forks.end_with(parent, EXIT_SECONDS)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
        code = part.run()
    except Exception as error:
        log.error("the process %s failed: %s", part.name, type(error).__name__)
    except SystemExit as error:
        code = error.code if isinstance(error.code, int) else 0
    finally:
        logging.shutdown()
        os._exit(code)


def _stop(running: dict[int, Part]) -> None:
    def ask(number: int, frame: object) -> None:
        for pid in running:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)

    # Whoever asks a second time is heard by the workers, too, which then give up their jobs.
    for number in SIGNALS:
        signal.signal(number, ask)
    ask(signal.SIGTERM, None)
    while running:
        pid, _ = os.wait()
        running.pop(pid, None)


@contextlib.contextmanager
def _signals_wait() -> Iterator[None]:
    """Between a fork and the note of its pid nothing may stop this process, or nobody would stop the fork."""
    signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
