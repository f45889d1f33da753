"""What the process that cleans files could do on this machine if a file took over its decoder: tried, not assumed."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import NamedTuple

from common.config import ConfigError
from media.sandbox import Mode
from media.sandbox_probe import RUN_A_PROGRAM
from media.sanitizer import ROOT, bare_environment

SECONDS = 30
FIX = "Install libseccomp (Debian: libseccomp2) and use Linux 5.13 or later"


class Report(NamedTuple):
    """`missing`: the layers that this system does not have. `possible`: what a decoder could do anyway."""

    missing: list[str]
    possible: list[str]

    @property
    def complete(self) -> bool:
        return not self.missing and not self.possible

    def __str__(self) -> str:
        could = f"; a file that takes over a decoder could {', '.join(self.possible)}" if self.possible else ""
        return f"{'; '.join(self.missing) or 'it is not locked in'}{could}"


def examine(mode: Mode) -> Report:
    """Takes about half a second. With REQUIRED it finds all that is missing, not only the first of it."""
    command = [sys.executable, "-m", "media.sandbox_probe", Mode.OFF if mode is Mode.OFF else Mode.BEST]
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            env=bare_environment(), cwd=ROOT, timeout=SECONDS, check=False,
        )  # fmt: skip
        said = json.loads(done.stdout)
    except (subprocess.SubprocessError, OSError, ValueError):
        return Report(["the sandbox could not be tried"], [])
    ran = [RUN_A_PROGRAM] if done.returncode else []
    return Report(said["missing"], said["possible"] + ran)


def check(mode: Mode) -> list[str]:
    """At start-up: warnings. Raises ConfigError if the sandbox is required and not complete."""
    report = examine(mode)
    if report.complete:
        return []
    if mode is Mode.REQUIRED:
        raise ConfigError(
            f"MEDIA_SANDBOX is required, but not complete here: {report}. {FIX}, or write: MEDIA_SANDBOX=best"
        )
    return [f"MEDIA_SANDBOX={mode}: the process that cleans files is not locked in completely: {report}. {FIX}"]
