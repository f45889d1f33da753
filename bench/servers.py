"""Real servers, started for a run: the Procfile's web line, the same line with the bare view, and plain gunicorn."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.rounds import Target
from dev.processes import running, wait_until

ROOT = Path(__file__).resolve().parent.parent
TICKS = os.sysconf("SC_CLK_TCK")
GUNICORN = "exec gunicorn --workers 2 --backlog 2048 --log-level error --bind 0.0.0.0:${PORT} bench.bare:app"


class NotStarted(Exception):
    """A server did not answer; the message contains its log."""


@dataclass(frozen=True)
class Server:
    """`name`: its name in the output."""

    name: str
    port: int
    process: subprocess.Popen[bytes]

    @property
    def target(self) -> Target:
        return Target("127.0.0.1", self.port)

    def cpu(self) -> float:
        """CPU seconds so far, of all its processes."""
        return sum(map(_seconds, _group(self.process.pid)))

    def stop(self) -> None:
        for number in (signal.SIGTERM, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, number)
            if wait_until(lambda: self.process.poll() is not None and not _group(self.process.pid), 10):
                return


def web_line(root: Path = ROOT) -> str:
    lines = (root / "Procfile").read_text().splitlines()
    return next(line.partition(":")[2].strip() for line in lines if line.startswith("web:"))


def bare_line() -> str:
    return web_line().replace(" rsgi:app", " bench.bare:edge")


def start(
    name: str, line: str, environ: dict[str, str], log: Path, root: Path = ROOT, programs: Path | None = None
) -> Server:
    """Run the shell `line` in `root`, with the programs of a virtual environment (default: this one)."""
    port = free_port()
    process = shell(line, {**environ, "PORT": str(port)}, log, root, programs)
    server = Server(name, port, process)
    if not wait_until(lambda: process.poll() is not None or _healthy(port), 30) or process.poll() is not None:
        server.stop()
        raise NotStarted(f"{name} did not start: {log.read_text(errors='replace')[-2000:]}")
    return server


def shell(
    line: str, environ: dict[str, str], log: Path, root: Path = ROOT, programs: Path | None = None
) -> subprocess.Popen[bytes]:
    """Like start, but does not wait: the line need not be a server."""
    path = f"{programs or Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    with log.open("ab") as out:
        return subprocess.Popen(
            ["sh", "-c", line], cwd=root, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True,
            env={**os.environ, **environ, "PATH": path},
        )  # fmt: skip


@contextlib.contextmanager
def started(lines: dict[str, str], environ: dict[str, str], log: Path) -> Iterator[dict[str, Server]]:
    """Start all of `lines` (name -> command); they are stopped at the end."""
    servers: dict[str, Server] = {}
    try:
        for name, line in lines.items():
            servers[name] = start(name, line, environ, log)
        yield servers
    finally:
        for server in servers.values():
            server.stop()


def process_cpu(pid: int) -> float:
    return _seconds(pid)


def _group(group: int) -> list[int]:
    return [process.pid for process in running() if process.group == group]


def _seconds(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    except OSError:
        return 0.0
    # Its own, and of its children that have ended.
    return sum(map(int, fields[11:15])) / TICKS


def _healthy(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as line:
            line.sendall(b"GET /healthz HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n")
            return b" 200" in line.recv(64)
    except OSError:
        return False


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
