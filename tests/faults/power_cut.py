"""C2: power fails: every process ends at once, and the store's file loses what was not written out to the disk."""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.faults.carrier import M1, QUICK
from tests.faults.outcome import Outcome
from tests.faults.storm import Fault, Storm
from tests.faults.suite import FINAL_PATIENCE, SHORT_PATIENCE, Plan, storm
from tests.faults.traffic import Size

SOURCE = Path(__file__).with_name("synced_sizes.c")
SHORT = Plan(
    texts=120, faults=2, longest=1.0, gap=5.0, pause=0.05, patience=SHORT_PATIENCE, mix=QUICK,
    size=Size(people=20, talks=15, actors=5),
)  # fmt: skip


def longer(share: float) -> Plan:
    return Plan(
        texts=int(1_500 * share), faults=int(20 * share), longest=1.0, gap=10.0, pause=0.3, patience=FINAL_PATIENCE,
        mix=M1, size=Size(people=60, numbers=30, talks=60, actors=8, patience=120), final=True,
    )  # fmt: skip


def can_build() -> bool:
    return shutil.which("gcc") is not None


@contextmanager
def noted_sizes(folder: Path) -> Iterator[Path]:
    """Stores that start in this block note what they wrote out, in the folder that it gives."""
    library, sizes = folder / "synced_sizes.so", folder / "sizes"
    sizes.mkdir(parents=True)
    build = ["gcc", "-shared", "-fPIC", "-O1", "-o", str(library), str(SOURCE), "-ldl"]
    subprocess.run(build, check=True, capture_output=True)
    # The store alone inherits these: every other process gets an environment of its own.
    os.environ |= {"LD_PRELOAD": str(library), "SYNCED": str(sizes)}
    try:
        yield sizes
    finally:
        for name in ("LD_PRELOAD", "SYNCED"):
            os.environ.pop(name)


def undo_unsynced(store_folder: Path, sizes: Path) -> int:
    """Cuts each append-only file at the length that was written out. Returns how many bytes are gone."""
    gone = 0
    for path in store_folder.rglob("*.aof"):
        size = path.stat().st_size
        kept = min(size, _written_out(sizes / str(path.stat().st_ino)))
        os.truncate(path, kept)
        gone += size - kept
    return gone


def _written_out(note: Path) -> int:
    """0 without a note, or if the store was killed while it made the first: then nothing of the file was answered."""
    found = note.read_bytes() if note.exists() else b""
    return int(struct.unpack("q", found)[0]) if found else 0


class PowerCuts(Storm):
    sizes: Path
    gone = 0

    def kinds(self) -> dict[str, tuple[int, Fault]]:
        return {"power cut": (1, self.cut)}

    def cut(self) -> None:
        self.place.parts["store"].before_next = self._undo
        self.place.kill_all()

    def _undo(self) -> None:
        PowerCuts.gone += undo_unsynced(self.place.store_folder, PowerCuts.sizes)


def run(folder: Path, seed: int, share: float = 0.0, fsync: str = "always") -> Outcome:
    PowerCuts.gone = 0
    with noted_sizes(folder / "shim") as PowerCuts.sizes:
        report, trouble = storm(
            folder / "place", seed, longer(share) if share else SHORT, PowerCuts, fsync=fsync, STORE_DURABILITY=fsync
        )
    figure = (
        f"{report.texts} texts, {report.calls} calls, {trouble.counted.total()} power cuts: lost {report.lost}, "
        f"doubled {report.doubled} (flagged {report.flagged}), answered and then forgotten "
        f"{report.events_missing}, recorded twice {report.events_doubled}, {report.chain}; "
        "the store's file lost "
        f"{PowerCuts.gone} bytes that it had not acknowledged"
    )
    return Outcome(figure, report.faults(), report.examples, dict(trouble.counted))
