"""The format of the corpus: category, language, text, earlier messages; invisible characters are escaped."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from policy.content.content import examine
from policy.content.rules import ContentRules, Mode

RULES = ContentRules(phone=Mode.FLAG, card=Mode.FLAG, email=Mode.FLAG)


class Row(NamedTuple):
    category: str
    language: str
    text: str
    before: tuple[str, ...] = ()


class Figures(NamedTuple):
    right: int
    missed: int
    wrong: int

    @property
    def precision(self) -> float:
        return self.right / max(1, self.right + self.wrong)

    @property
    def recall(self) -> float:
        return self.right / max(1, self.right + self.missed)

    def __str__(self) -> str:
        counts = f"{self.right} right, {self.missed} missed, {self.wrong} wrong"
        return f"precision {self.precision:.4f}, recall {self.recall:.4f} ({counts})"


def write(path: Path, rows: Iterable[Row]) -> None:
    lines = ("\t".join(map(_escaped, (row.category, row.language, row.text, *row.before))) for row in rows)
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def read(path: Path) -> list[Row]:
    found = []
    for line in path.read_text(encoding="utf-8").split("\n"):
        if line and not line.startswith("# "):
            category, language, text, *before = map(plain, line.split("\t"))
            found.append(Row(category, language, text, tuple(before)))
    return found


def found_in(row: Row, rules: ContentRules = RULES) -> set[str]:
    return {finding.category.value for finding in examine(row.text, row.before, rules).findings}


def figures(rows: Iterable[Row], category: str, rules: ContentRules = RULES) -> Figures:
    """Counts messages: a message is right if it has the category and the policy finds it."""
    right = missed = wrong = 0
    for row in rows:
        found = category in found_in(row, rules)
        right += found and row.category == category
        missed += not found and row.category == category
        wrong += found and row.category != category
    return Figures(right, missed, wrong)


def _escaped(text: str) -> str:
    return "".join(char if char != "\\" and not _unseen(char) else f"\\u{{{ord(char):x}}}" for char in text)


def _unseen(char: str) -> bool:
    return unicodedata.category(char) in ("Cc", "Cf", "Zl", "Zp") or (char.isspace() and char != " ")


def plain(text: str) -> str:
    first, *rest = text.split("\\u{")
    return first + "".join(chr(int(part.partition("}")[0], 16)) + part.partition("}")[2] for part in rest)
