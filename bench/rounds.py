"""The target of load, and the result of one round."""

from __future__ import annotations

from typing import NamedTuple

PROCESSES = 2
CONNECTIONS = 8


class Target(NamedTuple):
    host: str
    port: int


class Round(NamedTuple):
    """The result of one round. `failed` counts answers that are not 2xx or do not contain the expected text."""

    done: int
    failed: int
    seconds: float
    p99_ms: float

    @property
    def rate(self) -> float:
        return self.done / self.seconds if self.seconds else 0.0
