"""`python -m media.sandbox_probe MODE`: locks itself like the process that cleans files, then tries to get out of it.

Each try is harmless.
Output: a line of JSON {missing, possible}: the layers that this system does not have, and what could be done anyway.
The last try replaces the process by another program, so the exit code tells its result: 0 if it was refused.
"""

from __future__ import annotations

import json
import os
import socket
import sys
import tempfile
from argparse import ArgumentParser
from collections.abc import Callable
from contextlib import suppress

from media import sandbox

CPU_SECONDS, MEMORY = 5, 1_000_000_000
RUN_A_PROGRAM = "run a program"


def tries() -> dict[str, Callable[[], object]]:
    """Each raises OSError if it is refused."""
    parent, new_file = os.getppid(), f"{tempfile.gettempdir()}/maskline-sandbox-{os.getpid()}"
    return {
        "read a file": lambda: open(__file__).close(),
        "list a directory": lambda: os.listdir("/"),
        "read its parent's environment": lambda: open(f"/proc/{parent}/environ").close(),
        "write a file": lambda: _write(new_file),
        "open a socket": lambda: socket.socket().close(),
        "start a process": _start,
        "signal a process": lambda: os.kill(parent, 0),
    }


def _write(path: str) -> None:
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    os.unlink(path)


def _start() -> None:
    if child := os.fork():
        os.waitpid(child, 0)
    else:
        os._exit(0)


def succeeded(attempts: dict[str, Callable[[], object]]) -> list[str]:
    found = []
    for name, attempt in attempts.items():
        with suppress(OSError):
            attempt()
            found.append(name)
    return found


def main(mode: sandbox.Mode) -> None:
    attempts = tries()
    sandbox.limit(CPU_SECONDS, MEMORY)
    missing = sandbox.lock(mode)
    sys.stdout.write(json.dumps({"missing": missing, "possible": succeeded(attempts)}) + "\n")
    sys.stdout.flush()
    with suppress(OSError):
        os.execv(sys.executable, [sys.executable, "-c", "raise SystemExit(1)"])
    os._exit(0)


if __name__ == "__main__":
    parser = ArgumentParser(prog="python -m media.sandbox_probe", description=__doc__)
    parser.add_argument("mode", type=sandbox.Mode, choices=list(sandbox.Mode))
    main(parser.parse_args().mode)
