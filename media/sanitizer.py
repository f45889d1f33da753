"""Cleans a file in a separate process, which may crash without harm."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from threading import BoundedSemaphore

from common.runtime import Runtime
from media.cleaning.model import Clean, Limits, Reason, Unclean
from media.rules import SanitizerLimits

ROOT = Path(__file__).resolve().parents[1]
COMMAND = (sys.executable, "-m", "media.sanitizer_process")
#: Only these environment variables are passed on; others may be secrets.
INHERITED = ("PATH", "LD_LIBRARY_PATH", "SYSTEMROOT")
#: The only types that are accepted from it, even if an attacker controls it.
EXTENSIONS = {
    "image/jpeg": "jpg", "image/png": "png", "image/gif": "gif", "text/vcard": "vcf", "audio/amr": "amr",
    "text/plain": "txt",
}  # fmt: skip
MAX_HEAD = 64
#: Concurrent sanitizer processes: each may use some hundred megabytes and one core.
SLOTS = 2


class Busy(Exception):
    """No slot became free in time."""


def slots(rt: Runtime) -> BoundedSemaphore:
    return BoundedSemaphore(SLOTS)


def sanitize(
    rt: Runtime, data: bytes, claimed_type: str, limits: Limits, process: SanitizerLimits, patience: float
) -> Clean:
    """The cleaned file. Waits up to `patience` seconds for a slot. Raises Unclean, Busy."""
    header = {"type": claimed_type, "limits": asdict(limits), "cpu": process.cpu, "memory": process.memory}
    header["sandbox"] = rt.settings.media_sandbox
    semaphore = rt.part(slots)
    if not semaphore.acquire(timeout=max(patience, 0)):
        raise Busy
    try:
        out = _run(json.dumps(header).encode() + b"\n" + data, process.wall)
    finally:
        semaphore.release()
    head, _, body = out.partition(b"\n")
    word, _, value = head[:MAX_HEAD].decode("ascii", "replace").partition(" ")
    if word == "unclean" and value in set(Reason):
        raise Unclean(Reason(value))
    if word != "clean" or value not in EXTENSIONS or not 0 < len(body) <= limits.bytes_out:
        raise Unclean(Reason.CRASHED)
    return Clean(value, body, EXTENSIONS[value])


def bare_environment() -> dict[str, str]:
    return {name: os.environ[name] for name in INHERITED if name in os.environ}


def _run(request: bytes, seconds: float) -> bytes:
    try:
        done = subprocess.run(
            COMMAND, input=request, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=bare_environment(), cwd=ROOT,
            timeout=seconds, check=True,
        )  # fmt: skip
    except (subprocess.SubprocessError, OSError):
        raise Unclean(Reason.CRASHED) from None
    return done.stdout
