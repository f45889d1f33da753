"""`make run` in a copy of the project: it starts, starts again after it was killed, and stops."""

from __future__ import annotations

import base64
import json
import os
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import urllib.parse
import urllib.request
from pathlib import Path

import pytest

from dev import processes, store
from dev.welcome import welcome
from tests.guards.source import PRODUCT, ROOT

# Slow: starts everything several times.
pytestmark = pytest.mark.slow


UNSET = ("REDIS_URL", "TWILIO_API_URL", "PUBLIC_URL", "PORT", "SECRET_KEY", "TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN")


class Started:
    """One `make run`, without make."""

    def __init__(self, root: Path, **environ: str) -> None:
        self.root, self.log = root, root / "run.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "dev.run"],
                cwd=root, env={**os.environ, **environ}, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip

    def up(self) -> None:
        processes.wait_until(lambda: "is running at" in self.text() or self.process.poll() is not None, 90)
        assert "is running at" in self.text(), self.text()

    def text(self) -> str:
        return self.log.read_text(errors="replace")

    def ended(self) -> int:
        return self.process.wait(60)

    def pid(self, name: str) -> int:
        return processes.pid_in_file(self.root / "var" / name)


@pytest.fixture
def project(tmp_path):
    for name in (*PRODUCT, "rsgi.py", "wsgi.py", "Procfile"):
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, tmp_path / name)
    yield tmp_path
    for process in [p for p in processes.running() if belongs(p.pid, tmp_path)]:
        os.kill(process.pid, signal.SIGKILL)


def belongs(pid: int, root: Path) -> bool:
    """Whether a process belongs to this project: its working directory is the project's or below it (the store's)."""
    try:
        return Path(os.readlink(f"/proc/{pid}/cwd")).is_relative_to(root)
    except OSError:
        return False


def left_over(root: Path) -> list[str]:
    processes.wait_until(lambda: not any(belongs(p.pid, root) for p in processes.running()), 20)
    return [process.command for process in processes.running() if belongs(process.pid, root)]


@pytest.fixture
def ports() -> dict[str, str]:
    return {"PORT": str(store.free_port(0)), "SIMULATOR_PORT": str(store.free_port(0)), "WEB_CONCURRENCY": "1"}


def settings_of(root: Path) -> dict[str, str]:
    pairs = (line.partition("=") for line in (root / "var" / "run.env").read_text().splitlines())
    return {name: "".join(shlex.split(value)) for name, _, value in pairs}


def ask(root: Path, path: str, **form: str) -> dict[str, object]:
    given = settings_of(root)
    request = urllib.request.Request(
        given["PUBLIC_URL"] + path, urllib.parse.urlencode(form).encode() if form else None
    )
    pair = f"{given['TWILIO_ACCOUNT_SID']}:{given['TWILIO_AUTH_TOKEN']}"
    request.add_header("Authorization", f"Basic {base64.b64encode(pair.encode()).decode()}")
    with urllib.request.urlopen(request, timeout=30) as answer:
        return dict(json.load(answer))


def test_a_killed_start_is_cleared_away_and_its_data_kept(project, ports):
    first = Started(project, **ports)
    first.up()
    service = ask(project, "/proxy/v1/Services", UniqueName="rides")
    second = Started(project, **ports)
    assert second.ended() == 1
    assert "already running" in second.text()

    first.process.kill()
    first.process.wait()
    assert left_over_now(project), "a killed start leaves its children, or this test shows nothing"
    again = Started(project, **ports)
    again.up()
    assert again.text().count("of an earlier start that was killed") == 4
    assert ask(project, "/proxy/v1/Services/rides")["sid"] == service["sid"]

    again.process.send_signal(signal.SIGINT)
    assert again.ended() == 0, again.text()
    assert not left_over(project)


def test_what_it_starts_is_for_this_user_and_this_machine(project, ports):
    (project / "var").mkdir(mode=0o755)
    (project / "var" / "old").write_text("readable by others")
    started = Started(project, **ports)
    started.up()
    ask(project, "/proxy/v1/Services", UniqueName="rides")
    assert "could be read by others" in started.text()
    open_files = [path for path in (project / "var").rglob("*") if path.lstat().st_mode & 0o077]
    assert open_files == [] and (project / "var").stat().st_mode & 0o777 == 0o700
    store_port = urllib.parse.urlsplit(settings_of(project)["REDIS_URL"]).port
    for port in (ports["PORT"], ports["SIMULATOR_PORT"], store_port):
        assert listeners(int(str(port))) == {"0100007F"}, f"port {port} is open for other machines"
    with socket.create_connection(("127.0.0.1", store_port), timeout=5) as line:
        line.sendall(b"KEYS *\r\n")
        assert line.recv(64).startswith(b"-NOAUTH")
    with urllib.request.urlopen(settings_of(project)["PUBLIC_URL"] + "/healthz", timeout=30) as answer:
        assert answer.headers.get_all("Server") == ["-"]
    started.process.terminate()
    assert started.ended() == 0


def listeners(port: int) -> set[str]:
    """The addresses (hexadecimal, as /proc has them) on which anybody listens with this port."""
    rows = [line.split() for name in ("tcp", "tcp6") for line in Path(f"/proc/net/{name}").read_text().splitlines()[1:]]
    ends = [row[1].split(":") for row in rows if row[3] == "0A"]
    return {address for address, one in ends if int(one, 16) == port}


def left_over_now(root: Path) -> bool:
    return any(belongs(process.pid, root) for process in processes.running())


@pytest.mark.parametrize("name", ["jobs.pid", "valkey/valkey.pid"])
def test_one_process_that_dies_ends_all(project, ports, name):
    started = Started(project, **ports)
    started.up()
    os.kill(started.pid(name), signal.SIGKILL)
    assert started.ended() == 1
    assert not left_over(project)


def test_sigterm_ends_all(project, ports):
    started = Started(project, **ports)
    started.up()
    started.process.terminate()
    assert started.ended() == 0
    assert not left_over(project)


@pytest.mark.parametrize("name", ["PORT", "SIMULATOR_PORT"])
def test_a_taken_port_is_told_with_the_way_out(project, ports, name):
    with socket.socket() as other:
        other.bind(("127.0.0.1", int(ports[name])))
        other.listen()
        started = Started(project, **ports)
        assert started.ended() == 1
    assert f"port {ports[name]} is taken. Choose another: make run {name}=" in started.text()
    assert not left_over(project)


def test_one_port_for_two_is_told(project, ports):
    started = Started(project, **{**ports, "SIMULATOR_PORT": ports["PORT"]})
    assert started.ended() == 1
    assert "PORT and SIMULATOR_PORT are the same. Write: SIMULATOR_PORT=" in started.text()
    assert not left_over(project)


def test_the_simulator_says_that_its_port_is_taken(ports):
    with socket.socket() as other:
        other.bind(("127.0.0.1", int(ports["PORT"])))
        other.listen()
        done = subprocess.run(
            [sys.executable, "-m", "simulator", "serve", "--port", ports["PORT"]],
            cwd=ROOT,
            capture_output=True,
            text=True,
        )
    assert done.returncode == 2
    assert done.stderr == f"port {ports['PORT']} is taken by another process: give another with --port\n"


def test_a_line_of_the_file_that_misspells_a_setting(project, ports):
    (project / ".env").write_text("COOLING_SECOND=5\n")
    started = Started(project, **ports)
    assert started.ended() == 1
    assert "Write: COOLING_SECONDS=…" in started.text() and "Traceback" not in started.text()


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"COOLING_POLICY": "hard"}, "COOLING_POLICY must be one of soft, strict. Write: COOLING_POLICY=soft"),
        ({"PORT": "http"}, "PORT must be a whole number from 1 to 65535"),
        ({"SIMULATOR_PORT": "x"}, "SIMULATOR_PORT must be a whole number from 1 to 65535"),
        ({"REDIS_URL": "memory"}, "REDIS_URL must start with redis://"),
        (
            {"DATABASE_URL": "sqlite:////dev/null/such.sqlite3"},
            "the tables of the record could not be brought up to date",
        ),
    ],
)
def test_a_setting_that_cannot_work(project, ports, given, told):
    started = Started(project, **{**ports, **given})
    assert started.ended() == 1
    assert told in started.text()
    assert "Traceback" not in started.text()
    assert not left_over(project)


def test_what_is_made_up_is_kept_and_nobody_else_may_read_it(project, ports):
    ports["REDIS_URL"] = "memory"
    Started(project, **ports).ended()
    file = project / "var" / "dev.env"
    assert file.stat().st_mode & 0o077 == 0
    before = file.read_text()
    Started(project, **ports).ended()
    assert file.read_text() == before
    assert {line.partition("=")[0] for line in before.splitlines()} < set(UNSET)


@pytest.mark.parametrize("simulated", [True, False])
def test_the_welcome_can_be_pasted(simulated):
    text = welcome("http://127.0.0.1:5000", simulated)
    assert ("simulator" in text) == simulated
    commands, _, program = text.partition("The same from Python")
    shell = "\n".join(line for line in commands.splitlines() if line.startswith("  ") and "(text" not in line)
    subprocess.run(["sh", "-n"], input=shell, text=True, check=True)
    lines = [line.strip() for line in program.splitlines() if line.startswith("  ")]
    compile("\n".join(lines), "welcome", "exec")
