"""The SDKs that the programs run with: the product's own release, and older ones, installed when first needed."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from fcntl import LOCK_EX, flock
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
CACHE = ROOT / "var" / "sdk"
NODE = HERE / "node"

#: Releases of twilio-python: OLDEST is the first with Proxy at all, COUNTING the first whose numbers have `in_use`;
#: MIDDLE is one of those that accept only 204 as the answer to a DELETE (6.35 to 9.8).
OLDEST, COUNTING, MIDDLE, NEWEST = "6.8.0", "6.26.2", "7.16.4", "newest"

#: npm's error codes for a wrong lock file of ours. Any other error means that the registry cannot be reached.
OURS = ("EUSAGE", "EINTEGRITY", "ETARGET", "EJSONPARSE", "E404")


class NoNode(Exception):
    """Node or its registry is missing; the message says which."""


def python(version: str) -> Path:
    """A Python interpreter with that release of `twilio`. Installs it once, under var/sdk."""
    if version == NEWEST:
        return Path(sys.executable)
    place, wanted = CACHE / f"twilio-{version}", (HERE / "python" / f"twilio-{version}.txt").read_text()
    stamp, interpreter = place / "installed.txt", place / "bin" / "python"
    with _alone():
        if not stamp.exists() or stamp.read_text() != wanted:
            _run(sys.executable, "-m", "venv", "--clear", "--without-pip", place)
            pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", interpreter)
            _run(*pip, "install", "--quiet", "--no-deps", "--requirement", HERE / "python" / f"twilio-{version}.txt")
            stamp.write_text(wanted)
    return interpreter


def node() -> Path:
    """The path of Node, after installing the SDKs. Raises NoNode."""
    found = shutil.which("node")
    if found is None or shutil.which("npm") is None:
        raise NoNode("Node is not installed")
    installed, lock = NODE / "node_modules" / ".package-lock.json", NODE / "package-lock.json"
    with _alone():
        if not installed.exists() or installed.stat().st_mtime < lock.stat().st_mtime:
            _install()
    return Path(found)


@contextmanager
def _alone() -> Iterator[None]:
    """A lock, because two processes of one test run may install the same SDK."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "lock").open("w") as lock:
        flock(lock, LOCK_EX)
        yield


def _install() -> None:
    options = ("--loglevel=error", "--no-audit", "--no-fund", "--ignore-scripts", "--fetch-retries=1")
    done = subprocess.run(["npm", "ci", *options], cwd=NODE, capture_output=True, text=True)
    if done.returncode and any(f"code {word}" in done.stderr for word in OURS):
        raise RuntimeError(done.stderr)
    if done.returncode:
        raise NoNode("Node's registry cannot be reached")


def _run(*command: str | Path) -> None:
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(done.stdout + done.stderr)
