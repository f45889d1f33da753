"""What load is put on, and what one round of it did."""

from __future__ import annotations

from typing import NamedTuple

PROCESSES = 2
CONNECTIONS = 8


class Target(NamedTuple):
    host: str
    port: int


class Round(NamedTuple):
    """What one round did. `failed` counts the answers that are not 2xx, or do not contain what was expected."""

    done: int
    failed: int
    seconds: float
    p99_ms: float

    @property
    def rate(self) -> float:
        return self.done / self.seconds if self.seconds else 0.0
