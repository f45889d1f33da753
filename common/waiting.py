"""A thread that answers requests says when it waits for somebody else: meanwhile another request is worked on.

Only a few requests are worked on at once in a process (proxy/edge/threads.py), and one that waits for an app or for the
carrier works on nothing. In all other threads this does nothing.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol


class Turn(Protocol):
    """What a thread that answers requests has while it works on one."""

    def pause(self) -> None: ...
    def resume(self) -> None: ...


_thread = threading.local()


def answers_requests(turn: Turn) -> None:
    """Called once by a thread that answers requests."""
    _thread.turn = turn


@contextmanager
def for_others() -> Iterator[None]:
    """Around everything that waits for an app or for the carrier."""
    turn: Turn | None = getattr(_thread, "turn", None)
    if turn is None:
        yield
        return
    turn.pause()
    try:
        yield
    finally:
        turn.resume()
