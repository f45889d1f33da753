"""Reads the tables of docs/calls.md, which are the data of the tests."""

from __future__ import annotations

from pathlib import Path

from carrier.twiml import DECLARATION
from policy.sentences.sentences import SENTENCES

DOCS = Path(__file__).parents[3] / "docs" / "calls.md"


def tables(title: str) -> list[list[list[str]]]:
    """The rows of each table under a heading, without the table's header."""
    section = DOCS.read_text().split(f"## {title}\n")[1].split("\n## ")[0]
    found: list[list[list[str]]] = [[]]
    for line in section.splitlines():
        if line.startswith("|"):
            found[-1].append([cell.strip() for cell in line[1:].rstrip("|").split("|")])
        elif found[-1]:
            found.append([])
    return [rows[2:] for rows in found if rows]


def table(title: str, place: int = 0) -> dict[str, list[str]]:
    rows = tables(title)[place]
    assert len({row[0] for row in rows}) == len(rows)
    return {row[0]: row[1:] for row in rows}


ANSWERS = {name: DECLARATION + row[0].strip("`") for name, row in table("Answers").items()}
INBOUND = table("Calls that come in")
ENDS = table("How calls end")
CLICKS = table("Click to call")
REFUSALS = table("Click to call", 1)
ORDER = tables("Order of statuses")[0]


def words(keys: str, language: str = "en") -> list[str]:
    """The sentences that people hear for the keys in a cell of a table."""
    return [SENTENCES[key][language] for key in keys.split(", ") if key]
