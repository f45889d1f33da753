"""docs/security.md and docs/security-asvs.md: each item has a test that exists, or says why not or what is open."""

from __future__ import annotations

import ast
import re
from functools import cache
from typing import NamedTuple

import pytest

from tests.guards.source import ROOT, tree

THREATS = 63
#: How many requirements of levels 1 and 2 each claimed chapter of ASVS 5.0.0 has.
CHAPTERS = {2: 11, 4: 10, 5: 9, 6: 35, 8: 7, 11: 14, 12: 9, 13: 13, 14: 9, 15: 13, 16: 16}
TEST = re.compile(r"`([\w./-]+\.py)::(\w+)`")
WORDS = re.compile(r"(?:^|; )(open|not applicable): .{10,}")
#: For what ASVS wants to be written down: the first section of these chapters. test_docs.py follows the links.
DOCUMENTED = re.compile(r"^documented: \[[\w.-]+\]\([\w.#-]+\)")
WRITTEN_DOWN = ("2.1.", "5.1.", "6.1.", "8.1.", "11.1.", "13.1.", "14.1.", "15.1.", "16.1.")


class Item(NamedTuple):
    number: str
    shown: str


def items(page: str, number: str) -> list[Item]:
    """The rows whose first cell is a number of this form; the last cell says what shows it."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    rows = re.findall(rf"^\| ({number}) \|(?:.+)\| (.*) \|$", text, re.MULTILINE)
    return [Item(found, shown) for found, shown in rows]


THREAT_ROWS = items("security.md", r"\d+")
ASVS_ROWS = items("security-asvs.md", r"\d+\.\d+\.\d+")


def test_every_threat_is_there_once_and_in_order():
    assert [int(item.number) for item in THREAT_ROWS] == list(range(1, THREATS + 1))


def test_every_requirement_is_there_once_and_in_order():
    numbers = [tuple(map(int, item.number.split("."))) for item in ASVS_ROWS]
    assert numbers == sorted(set(numbers))
    assert {chapter: sum(number[0] == chapter for number in numbers) for chapter in CHAPTERS} == CHAPTERS
    assert {number[0] for number in numbers} == set(CHAPTERS)


@pytest.mark.parametrize("item", [*THREAT_ROWS, *ASVS_ROWS], ids=lambda item: item.number)
def test_an_item_is_shown_or_says_why_not(item):
    documented = item.number.startswith(WRITTEN_DOWN) and DOCUMENTED.match(item.shown)
    assert TEST.search(item.shown) or WORDS.search(item.shown) or documented, item.shown


@pytest.mark.parametrize("item", [*THREAT_ROWS, *ASVS_ROWS], ids=lambda item: item.number)
def test_each_named_test_exists(item):
    missing = [f"{file}::{name}" for file, name in TEST.findall(item.shown) if name not in functions(file)]
    assert not missing
    # Nothing that looks like a test is passed over, because it is spelled in another way.
    assert item.shown.count("::") == len(TEST.findall(item.shown))


@cache
def functions(file: str) -> frozenset[str]:
    path = ROOT / "tests" / file
    if not path.is_file():
        return frozenset()
    return frozenset(node.name for node in tree(path).body if isinstance(node, ast.FunctionDef))
