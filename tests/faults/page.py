"""Keeps the suites' results in results.json, and writes them as the table of docs/reliability.md."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.faults.outcome import Outcome
from tests.faults.suites import SUITES

HERE = Path(__file__).parent
RESULTS = HERE / "results.json"
PAGE = HERE.parents[1] / "docs" / "reliability.md"
BEGIN, END = "<!-- suites: written by python -m tests.faults -->\n", "<!-- end of suites -->\n"
COLUMNS = ("suite", "promise", "test", "size, seed", "figure", "date", "what remains")

Row = dict[str, Any]


def results() -> list[Row]:
    found: list[Row] = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else []
    return found


def keep(suite: str, size: str, seed: int, outcome: Outcome) -> None:
    """Replaces the result of the same suite, size and seed."""
    row = {"suite": suite, "size": size, "seed": seed, "figure": outcome.figure, "faults": outcome.faults}
    row["date"] = datetime.now(UTC).date().isoformat()
    others = [one for one in results() if (one["suite"], one["size"], one["seed"]) != (suite, size, seed)]
    ordered = sorted([*others, row], key=lambda one: (int(one["suite"][1:]), one["size"], one["seed"]))
    RESULTS.write_text(json.dumps(ordered, indent=1) + "\n", encoding="utf-8")
    text = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(replaced(text, table(ordered)), encoding="utf-8")


def table(rows: list[Row]) -> str:
    lines = [f"| {' | '.join(COLUMNS)} |", "|---" * len(COLUMNS) + "|", *map(_line, rows)]
    return "\n".join(lines) + "\n"


def _line(row: Row) -> str:
    suite = SUITES[row["suite"]]
    broken = f"**Not kept: {row['faults']}.** " if row["faults"] else ""
    cells = (
        row["suite"], suite.promise, f"`tests/faults/{suite.test}`", f"{row['size']}, {row['seed']}",
        broken + row["figure"], row["date"], suite.remains,
    )  # fmt: skip
    return f"| {' | '.join(cells)} |"


def section(text: str) -> str:
    return text.partition(BEGIN)[2].partition(END)[0]


def replaced(text: str, new: str) -> str:
    before, begin, rest = text.partition(BEGIN)
    after = rest.partition(END)[2]
    assert begin, f"docs/reliability.md has no line {BEGIN!r}"
    return f"{before}{BEGIN}{new}{END}{after}"
