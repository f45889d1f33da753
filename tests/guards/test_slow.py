"""Each mark `slow` has a comment `# Slow: ...` with the reason in the line above, for one test or a whole file."""

from __future__ import annotations

import re

import pytest

from tests.guards.source import ROOT, name_of

MARK = re.compile(r"\s*(@|pytestmark = .*|.*\bmarks=.*)pytest\.mark\.slow\b")
REASON = re.compile(r"\s*# Slow: \w.*\.$")


def without_reason(text: str) -> list[int]:
    """The line numbers of `slow` marks that have no reason."""
    lines = ["", *text.splitlines()]
    marks = [number for number, line in enumerate(lines) if MARK.match(line)]
    return [number for number in marks if not REASON.match(lines[number - 1])]


def test_a_slow_test_says_why():
    files = sorted((ROOT / "tests").rglob("test_*.py"))
    found = {name_of(file): lines for file in files if (lines := without_reason(file.read_text(encoding="utf-8")))}
    assert not found, "write a comment `# Slow: ...` above the mark"


@pytest.mark.parametrize(
    "mark", ["@pytest.mark.slow", "pytestmark = pytest.mark.slow", "pytestmark = [pytest.mark.slow, pytest.mark.x]"]
)
def test_a_mark_without_a_reason_is_found(mark):
    assert without_reason(f"import pytest\n\n{mark}\n") == [3]
    assert without_reason(f"import pytest\n# Slow:\n{mark}\n") == [3]
    assert without_reason(f"import pytest\n# Slow: starts a server.\n{mark}\n") == []
