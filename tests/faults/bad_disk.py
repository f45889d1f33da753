"""C9: the disk of the store and of the record is full, or refuses to write out what it was given."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.faults.carrier import M1, QUICK
from tests.faults.outcome import Outcome
from tests.faults.storm import Fault, Storm
from tests.faults.suite import FINAL_PATIENCE, SHORT_PATIENCE, Plan, storm
from tests.faults.traffic import Size

MEGABYTES = 48
SHORT = Plan(
    texts=100, faults=4, longest=2.0, gap=1.0, pause=0.1, patience=SHORT_PATIENCE, mix=QUICK,
    size=Size(people=20, talks=15, actors=5),
)  # fmt: skip


def longer(share: float) -> Plan:
    return Plan(
        texts=int(1_000 * share), faults=int(60 * share), longest=6.0, gap=2.0, pause=0.7, patience=FINAL_PATIENCE,
        mix=M1, size=Size(people=60, numbers=30, talks=60, actors=8, patience=120), final=True,
    )  # fmt: skip


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """A file system in memory, of MEGABYTES. Raises CalledProcessError without the right to mount one."""
    folder.mkdir(parents=True)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={MEGABYTES}m", "none", str(folder)]
    subprocess.run(mount, check=True, capture_output=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def can_mount(folder: Path) -> bool:
    try:
        with small_disk(folder):
            return True
    except (OSError, subprocess.CalledProcessError):
        return False


class BadDisk(Storm):
    def kinds(self) -> dict[str, tuple[int, Fault]]:
        found: dict[str, tuple[int, Fault]] = {"fill the disk": (2, self.fill)}
        if shutil.which("strace"):
            found["the disk refuses to write out"] = (2, self.refuse_sync)
        return found

    def fill(self) -> None:
        ballast = self.place.store_folder.parent / "ballast"
        with ballast.open("wb", buffering=0) as file:
            try:
                while True:
                    file.write(bytes(65_536))
            except OSError as error:
                assert error.errno == errno.ENOSPC
        time.sleep(self._seconds())
        ballast.unlink()

    def refuse_sync(self) -> None:
        """The store ends: an fsync that failed must not be tried again."""
        inject = ["-e", "trace=fdatasync", "-e", "inject=fdatasync:error=EIO"]
        command = ["strace", "-f", "-qq", "-o", os.devnull, *inject, "-p", str(self.place.parts["store"].pid)]
        tracer = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        time.sleep(self._seconds())
        tracer.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            tracer.wait(10)


def run(folder: Path, seed: int, share: float = 0.0) -> Outcome:
    with small_disk(folder / "disk") as disk:
        report, trouble = storm(
            folder / "place", seed, longer(share) if share else SHORT, BadDisk, store_folder=disk / "store",
            database_url=f"sqlite:///{disk}/record.sqlite3",
        )  # fmt: skip
    figure = (
        f"{report.texts} texts, {report.calls} calls, {trouble.counted.total()} faults of the disk: "
        f"lost {report.lost}, doubled {report.doubled} (flagged {report.flagged}), "
        f"answered without being kept {report.events_missing}, "
        f"recorded twice {report.events_doubled}, {report.chain}"
    )
    return Outcome(figure, report.faults(), report.examples, dict(trouble.counted))
