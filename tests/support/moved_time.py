"""A process's own clock, which a test moves."""

from __future__ import annotations


class MovedTime:
    """In seconds, as time.monotonic()."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now
