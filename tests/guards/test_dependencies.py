"""docs/dependencies.md has one row for each pinned package, with its version, and no other rows."""

from __future__ import annotations

import re

import pytest

from tests.guards.source import ROOT

PAGE = ROOT / "docs" / "dependencies.md"
FILES = {"requirements.txt": "What runs", "requirements-dev.txt": "What tests, checks and measures"}


def section(title: str) -> str:
    return PAGE.read_text(encoding="utf-8").partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def rows(title: str) -> list[list[str]]:
    lines = [line for line in section(title).splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]


@pytest.mark.parametrize(("file", "title"), FILES.items())
def test_every_package_is_on_the_page_with_its_version(file, title):
    pins = re.findall(r"^([^#\s=]+)==(\S+)$", (ROOT / file).read_text(encoding="utf-8"), re.MULTILINE)
    assert pins
    assert [(cells[0].strip("`"), cells[1]) for cells in rows(title)] == pins


@pytest.mark.parametrize("title", FILES.values())
def test_no_cell_is_empty(title):
    assert not [cells for cells in rows(title) if not all(cells)]
