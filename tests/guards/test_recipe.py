"""Follows CONTRIBUTING's recipe for a Service field in a copy of the project: the API accepts and shows the field."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.guards.source import PRODUCT, ROOT

# Slow: copies the project and runs tests in the copy.
pytestmark = pytest.mark.slow


PLAY = """
import requests
from tests.support.stack import ACCOUNT, TOKEN, Stack

stack = Stack("{store}")
url, auth = f"{{stack.url}}/proxy/v1/Services", (ACCOUNT, TOKEN)
first = requests.post(url, {{"UniqueName": "recipe"}}, auth=auth).json()
assert first["reference"] is None, first
changed = requests.post(f"{{url}}/recipe", {{"Reference": "for the spring sale"}}, auth=auth).json()
assert changed["reference"] == "for the spring sale", changed
assert requests.get(f"{{url}}/recipe", auth=auth).json() == changed
refused = requests.post(f"{{url}}/recipe", {{"Reference": "x" * 65}}, auth=auth)
assert (refused.status_code, "Reference" in refused.json()["message"]) == (400, True)
requests.delete(f"{{url}}/recipe", auth=auth)
stack.stop()
"""


def steps() -> list[tuple[str, str, str]]:
    """Each step: the file, the start of the line to insert after, and the line to insert."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    table = text.partition("**Add a field of a Service.**")[2].partition("\n\n|")[2].partition("\n\n")[0]
    lines = [line for line in table.splitlines() if line.startswith("| `")]
    cells = [[cell.strip()[1:-1] for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]
    return [(file, before.replace("\\|", "|"), line.replace("\\|", "|")) for file, before, line in cells]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for name in (*PRODUCT, "tests", "docs"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("node_modules", "__pycache__"))
    for name in ("pyproject.toml", "README.md", "CONTRIBUTING.md", "CHANGELOG.md", "ARCHITECTURE.md"):
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def apply(copy: Path, file: str, before: str, line: str) -> None:
    lines = (copy / file).read_text(encoding="utf-8").splitlines()
    [place] = [n for n, one in enumerate(lines) if one.startswith(before)]
    lines.insert(place + 1, line)
    (copy / file).write_text("\n".join(lines) + "\n", encoding="utf-8")


def run(copy: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *words], cwd=copy, capture_output=True, text=True, timeout=120,
    )  # fmt: skip


def test_a_field_of_a_service(copy: Path, valkey_url: str) -> None:
    recipe = steps()
    assert len(recipe) == 5
    for step in recipe[:-1]:
        apply(copy, *step)
    played = run(copy, "-c", PLAY.format(store=valkey_url))
    assert played.returncode == 0, played.stderr
    guard = ("-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/guards/test_docs.py", "-k", "form_field", "-vv")
    forgotten = run(copy, *guard)
    assert forgotten.returncode == 1 and "what these are: ['Reference']" in forgotten.stdout
    apply(copy, *recipe[-1])
    documented = run(copy, *guard)
    assert documented.returncode == 0, documented.stdout
