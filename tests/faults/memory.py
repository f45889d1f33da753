"""Samples the memory and the open files of an installation's processes."""

from __future__ import annotations

import contextlib
import os
import threading
from pathlib import Path
from statistics import median

from proxy.edge.server import HEALTH, REQUESTS
from tests.faults.installation import Installation

PAGE_SIZE = os.sysconf("SC_PAGE_SIZE")
#: Each thread of a web worker has a connection to the store, and its request has one to a client. No other process has
#: more threads.
KEPT_OPEN = 2 * sum(limits.threads[0] for limits in (REQUESTS, HEALTH))
#: To load a library may take so many samples.
STEP_SAMPLES = 3


def resident(pid: int) -> int:
    """Bytes in memory; 0 if there is no such process."""
    with contextlib.suppress(OSError):
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE_SIZE
    return 0


def open_files(pid: int) -> int:
    with contextlib.suppress(OSError):
        return len(list(Path(f"/proc/{pid}/fd").iterdir()))
    return 0


def increase(values: list[int]) -> float:
    """How much more the last quarter has than the second: 0.1 is a tenth. The first is the time of filling caches.

    The largest step does not count: a library is loaded at its first use, and the faults decide when that is.
    """
    quarter = len(values) // 4
    if not quarter:
        return 0.0
    before, after = median(values[quarter : 2 * quarter]), median(values[-quarter:])
    later = values[quarter:]
    step = max((new - old for old, new in zip(later, later[STEP_SAMPLES:], strict=False)), default=0)
    return max(0.0, (after - max(step, 0)) / before - 1) if before else 0.0


def increase_of_most(values: list[int]) -> float:
    """How much more the second half has at its highest than the first. Up to KEPT_OPEN more count for none: a process
    opens these once and keeps them, and the faults decide when. What is never closed becomes more than that."""
    half = len(values) // 2
    before, after = max(values[:half], default=0), max(values[half:], default=0)
    return after / before - 1 if before and after - before > KEPT_OPEN else 0.0


class Samples:
    """A context manager: samples every so many seconds until its end. A process that was started again is a new one."""

    def __init__(self, place: Installation, every: float) -> None:
        self.place, self.every = place, every
        self.bytes: dict[tuple[str, int], list[int]] = {}
        self.files: dict[tuple[str, int], list[int]] = {}
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> Samples:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._over.wait(self.every):
            for name in self.place.names:
                process = self.place.parts[name]
                for pid in [process.pid, *process.children()]:
                    self.bytes.setdefault((name, pid), []).append(resident(pid))
                    self.files.setdefault((name, pid), []).append(open_files(pid))

    def growth(self, *names: str) -> float:
        """The largest increase of memory among these processes, or among all."""
        return max(map(increase, _old(self.bytes, names)), default=0.0)

    def told(self) -> list[str]:
        """A line for each process: what it had at first and at last, for whoever looks for what grew."""
        return [
            f"{name} {pid}: {row[0] // 1_000_000} MB, then {row[-1] // 1_000_000} MB, {increase(row):+.1%}"
            for (name, pid), row in self.bytes.items()
        ]

    def growth_of_files(self) -> float:
        return max(map(increase_of_most, _old(self.files)), default=0.0)

    def most_files(self) -> int:
        """The most that one process had open."""
        return max(map(max, self.files.values()), default=0)


def _old(found: dict[tuple[str, int], list[int]], names: tuple[str, ...] = ()) -> list[list[int]]:
    """The rows of processes that lived for at least half of the time: a young process still grows."""
    longest = max(map(len, found.values()), default=0)
    return [row for (name, _), row in found.items() if (not names or name in names) and 2 * len(row) > longest]
