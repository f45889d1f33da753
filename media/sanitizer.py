"""Has a file cleaned by a process of its own, which may die of it."""

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
from media.rules import Washing

ROOT = Path(__file__).resolve().parents[1]
COMMAND = (sys.executable, "-m", "media.sanitizer_process")
#: All that it gets of the environment, which holds our secrets.
INHERITED = ("PATH", "LD_LIBRARY_PATH", "SYSTEMROOT")
#: What may come out of it, even if somebody took it over.
EXTENSIONS = {
    "image/jpeg": "jpg", "image/png": "png", "image/gif": "gif", "text/vcard": "vcf", "audio/amr": "amr",
    "text/plain": "txt",
}  # fmt: skip
MOST_HEAD = 64
#: At a time in one process: each may take some hundred megabytes and a whole core.
PLACES = 2


class Busy(Exception):
    """No place to wash became free in time."""


def places(rt: Runtime) -> BoundedSemaphore:
    return BoundedSemaphore(PLACES)


def wash(rt: Runtime, data: bytes, claimed_type: str, limits: Limits, washing: Washing, patience: float) -> Clean:
    """Waits for its turn for `patience` seconds. Raises Unclean, Busy."""
    told = {"type": claimed_type, "limits": asdict(limits), "cpu": washing.cpu, "memory": washing.memory}
    taken = rt.part(places)
    if not taken.acquire(timeout=max(patience, 0)):
        raise Busy
    try:
        out = _run(json.dumps(told).encode() + b"\n" + data, washing.wall)
    finally:
        taken.release()
    head, _, body = out.partition(b"\n")
    word, _, value = head[:MOST_HEAD].decode("ascii", "replace").partition(" ")
    if word == "unclean" and value in set(Reason):
        raise Unclean(Reason(value))
    if word != "clean" or value not in EXTENSIONS or not 0 < len(body) <= limits.bytes_out:
        raise Unclean(Reason.CRASHED)
    return Clean(value, body, EXTENSIONS[value])


def _run(told: bytes, seconds: float) -> bytes:
    environ = {name: os.environ[name] for name in INHERITED if name in os.environ}
    try:
        done = subprocess.run(
            COMMAND, input=told, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environ, cwd=ROOT,
            timeout=seconds, check=True,
        )  # fmt: skip
    except (subprocess.SubprocessError, OSError):
        raise Unclean(Reason.CRASHED) from None
    return done.stdout
