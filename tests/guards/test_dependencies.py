"""What is installed: pinned, with hashes, imported by our own code, and on docs/dependencies.md with its reason."""

from __future__ import annotations

import re
from functools import cache
from importlib.metadata import packages_distributions
from typing import NamedTuple

import pytest

from tests.guards.source import PRODUCT, ROOT, TOOLS, Import, files, foreign, imports

PAGE = ROOT / "docs" / "dependencies.md"
TITLES = {
    "requirements": "What runs",
    "requirements-dev": "What tests, checks and measures",
    "requirements-tools": "What looks after the packages",
}
NAMES = [f"{name}.{suffix}" for name in TITLES for suffix in ("in", "txt")]
ENTRY = re.compile(
    r"^([\w.-]+)==([\w.]+)(?: ; [^\n\\]+)? \\\n((?:    --hash=[^\n]+\n)+)((?:    #[^\n]*\n?)+)", re.MULTILINE
)

# Packages that no file of ours imports: what uses them.
NOT_IMPORTED = {
    "psycopg": "SQLAlchemy imports it for a DATABASE_URL of PostgreSQL",
    "tzdata": "zoneinfo reads it",
}
# Programs, plugins and types: nothing imports them, pytest, mypy or the Makefile find them.
DEV_NOT_IMPORTED = re.compile(r"(gunicorn|mypy|ruff|pytest-\w+|types-[\w-]+)")


class Pin(NamedTuple):
    name: str
    version: str


class Locked(NamedTuple):
    pin: Pin
    hashes: list[str]
    needed_by: list[str]


def plain(name: str) -> str:
    """The name as the tools compare it: PyJWT -> pyjwt, typing_extensions -> typing-extensions."""
    return re.sub(r"[-_.]+", "-", name.partition("[")[0]).lower()


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def chosen(name: str) -> list[Pin]:
    lines = [line for line in text(f"{name}.in").splitlines() if line and line[0] not in "#-"]
    pins = [re.fullmatch(r"([\w.-]+(?:\[\w+\])?)==([\w.]+)(?: ; .+)?", line) for line in lines]
    assert all(pins), f"{name}.in: a line is not <package>==<version>: {lines}"
    return [Pin(plain(pin[1]), pin[2]) for pin in pins if pin]


@cache
def locked(name: str) -> list[Locked]:
    return [
        Locked(Pin(plain(package), version), re.findall(r"--hash=(\S+)", hashes), needed_by(comment))
        for package, version, hashes, comment in ENTRY.findall(text(f"{name}.txt"))
    ]


def needed_by(comment: str) -> list[str]:
    """The packages of a comment `# via …`, which also names files."""
    words = [line.strip(" #").removeprefix("via").strip() for line in comment.splitlines()]
    return sorted(plain(word) for word in words if word and not word.startswith(("-r", "-c")))


def section(title: str) -> str:
    return PAGE.read_text(encoding="utf-8").partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def rows(part: str) -> list[list[str]]:
    lines = [line for line in part.splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]


def tables(name: str) -> tuple[list[list[str]], list[list[str]]]:
    """What we chose; what that needs."""
    ours, _, theirs = section(TITLES[name]).partition("\nNeeded by the above")
    return rows(ours), rows(theirs)


def pins_of(table: list[list[str]]) -> list[Pin]:
    return [Pin(plain(cells[0].strip("`")), cells[1]) for cells in table]


def further(name: str) -> list[Locked]:
    """What a file installs that nobody chose and no earlier file installs."""
    known = {pin.name for pin in chosen(name)}
    if name == "requirements-dev":
        known |= {entry.pin.name for entry in locked("requirements")}
    return [entry for entry in locked(name) if entry.pin.name not in known]


@pytest.mark.parametrize("name", TITLES)
def test_every_package_has_hashes(name):
    lines = [line for line in text(f"{name}.txt").splitlines() if "==" in line and not line.lstrip().startswith("#")]
    assert lines
    assert len(lines) == len(locked(name))
    assert not [
        entry.pin for entry in locked(name) if not all(re.fullmatch("sha256:[0-9a-f]{64}", h) for h in entry.hashes)
    ]


@pytest.mark.parametrize("name", TITLES)
def test_what_was_chosen_is_what_is_installed(name):
    """Otherwise somebody changed requirements*.in and did not run `make requirements`."""
    assert set(chosen(name)) <= {entry.pin for entry in locked(name)}


def test_tests_run_with_the_versions_that_run():
    assert {entry.pin for entry in locked("requirements")} <= {entry.pin for entry in locked("requirements-dev")}


@pytest.mark.parametrize("name", NAMES)
def test_no_registry_is_named(name):
    assert not re.findall(r"https?:|--(?:extra-)?index-url|--find-links|--trusted-host", text(name))


@pytest.mark.parametrize("name", TITLES)
def test_every_chosen_package_is_on_the_page(name):
    assert pins_of(tables(name)[0]) == chosen(name)


@pytest.mark.parametrize("name", ["requirements", "requirements-dev"])
def test_every_further_package_is_on_the_page_with_what_needs_it(name):
    users = {entry.pin.name: entry.needed_by for entry in locked("requirements-dev")}
    expected = {entry.pin: users[entry.pin.name] for entry in further(name)}
    table = tables(name)[1]
    written = [
        sorted(plain(word) for word in re.findall(r"[\w.-]+", re.sub(r"\(.*?\)", "", cells[2]))) for cells in table
    ]
    assert dict(zip(pins_of(table), written, strict=True)) == expected


@pytest.mark.parametrize("name", TITLES)
def test_no_cell_is_empty(name):
    ours, theirs = tables(name)
    assert not [cells for cells in (*ours, *theirs) if not all(cells)]


def wanted(entry: Import) -> bool:
    return foreign(entry.target) and entry.top != "_typeshed"


def imported(*packages: str) -> set[str]:
    """The packages that our files import, also those inside functions."""
    found = {entry.target.partition(".")[0] for path in files(*packages) for entry in imports(path) if wanted(entry)}
    names = packages_distributions()
    return {plain(package) for top in found for package in names.get(top, [f"not installed: {top}"])}


def test_every_package_that_runs_is_imported():
    """A package that nothing uses is only another way in."""
    names = {pin.name for pin in chosen("requirements")}
    assert names - imported(*PRODUCT) == set(NOT_IMPORTED)
    assert imported(*PRODUCT) <= names


def test_every_package_of_the_tests_is_imported_or_a_program():
    names = {pin.name for pin in chosen("requirements-dev") if not DEV_NOT_IMPORTED.fullmatch(pin.name)}
    assert names <= imported(*TOOLS)
