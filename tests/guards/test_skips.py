"""In CI, a skipped test that is not in tests/skips.txt fails the run."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.conftest import listed
from tests.guards.source import ROOT

# Slow: runs pytest several times.
pytestmark = pytest.mark.slow


SUITE = """
import pytest

@pytest.mark.skip(reason="for the test")
def test_one(): pass

def test_two(): pass
"""

CONFTEST = """
from tests.conftest import SkipsListed

def pytest_configure(config):
    config.pluginmanager.register(SkipsListed({listed!r}))
"""


@pytest.mark.parametrize(
    ("ci", "listed", "processes", "expected"),
    [("true", [], "2", 1), ("true", ["test_it.py::test_one"], "0", 0), ("", [], "0", 0)],
    ids=["unlisted", "listed", "not in CI"],
)
def test_an_unlisted_skip(tmp_path, ci, listed, processes, expected):
    (tmp_path / "test_it.py").write_text(SUITE)
    (tmp_path / "conftest.py").write_text(CONFTEST.format(listed=listed))
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-n", processes, "-p", "no:cacheprovider", str(tmp_path)],
        cwd=tmp_path, env={**os.environ, "CI": ci, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == expected, done.stdout + done.stderr
    assert ("skipped and not in tests/skips.txt: test_it.py::test_one" in done.stdout) == (not listed)


def test_a_skip_needs_a_reason(tmp_path):
    file = tmp_path / "skips.txt"
    file.write_text("# no more than a name\ntests/test_a.py\n")
    with pytest.raises(pytest.UsageError, match="no reason"):
        listed(file)
    file.write_text("tests/test_a.py -- because\n\n")
    assert listed(file) == ["tests/test_a.py"]
