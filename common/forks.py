"""Forks of a process that has loaded the code: what it does before, and how a fork ends when its parent is killed."""

from __future__ import annotations

import gc
import logging
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

log = logging.getLogger("maskline")

CHECK_SECONDS = 1.0


@contextmanager
def loading() -> Iterator[None]:
    """While modules are loaded: the garbage collector would look at all of them again and again, and find nothing."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def freeze() -> None:
    """Call it before the forks: the garbage collector would write into each object that it looks at, and so copy it."""
    gc.collect()
    gc.freeze()


def end_with(parent: int, seconds: float) -> None:
    """Ends this process when `parent`, its parent, was killed: it would run old code beside the next start.

    `seconds`: how long the work under way may take. SIGTERM must end this process, or ask it to end.
    """
    threading.Thread(target=_watch, args=(parent, seconds), name="parent", daemon=True).start()


def _watch(parent: int, seconds: float) -> None:
    while os.getppid() == parent:
        time.sleep(CHECK_SECONDS)
    log.warning("the process that started this one was killed: this one ends, too")
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(seconds)
    os._exit(1)
