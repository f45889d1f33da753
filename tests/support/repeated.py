"""Does something again and again in a thread of its own, while a block of a test runs."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def repeated(act: Callable[[], object], pause_seconds: float) -> Iterator[None]:
    """The thread ends when `act` raises, or at the end of the block."""
    over = threading.Event()

    def run() -> None:
        while not over.wait(pause_seconds):
            act()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
