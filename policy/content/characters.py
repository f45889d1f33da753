"""Text as a reader sees it: digits of all scripts as 0-9, look-alike letters as Latin ones, no invisible ones."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

#: Han digits are not changed, since they are also words.
HAN = dict(zip("零〇一二三四五六七八九幺两兩壹贰貳叁參肆伍陆陸柒捌玖", "00123456789122122334566789", strict=True))

#: Signs that lengthen a vowel in words, and are dashes between digits.
_LONG_DASH: Final = re.compile(rf"(?<=[0-9{''.join(HAN)}])ー(?=[0-9{''.join(HAN)}])")
#: Blank characters that Unicode does not classify as blank.
_BLANK = frozenset("\u115f\u1160\u3164\uffa0\u2800")
_SEEN_AS = dict(zip("авекмнорстухіјѕοαερτυνικıƖ", "abekmhopctyxijsoaeptuvikil", strict=True)) | {
    "🔟": "10",
    "🅾": "o",
    "⭕": "o",
    "。": ".",
    "｡": ".",
    "․": ".",
    "‒": "-",
    "–": "-",
    "—": "-",
    "‐": "-",
    "‑": "-",
    "−": "-",
    "’": "'",
    "‘": "'",
    "\u2028": "\n",
    "\u2029": "\n",
    "ø": "o",
    "ł": "l",
    "⁄": "/",
    "∕": "/",
}


@dataclass(frozen=True, slots=True, repr=False)
class Flat:
    """The folded text, and the position of each of its characters in the original."""

    text: str
    at: Sequence[int]
    original: str

    def span(self, start: int, end: int) -> tuple[int, int]:
        """In the original, up to the end of the last grapheme."""
        last = self.at[end - 1] + 1
        while last < len(self.original) and _extends(self.original[last]):
            last += 1
        return self.at[start], last

    def plain(self, start: int, end: int) -> bool:
        """Whether the original has exactly these characters."""
        return (
            self.at[end - 1] - self.at[start] == end - 1 - start
            and self.original[self.at[start] : self.at[start] + end - start].isascii()
        )


def flatten(text: str) -> Flat:
    if text.isascii():
        return Flat(text.lower(), range(len(text)), text)
    parts, at = [], []
    for place, char in enumerate(text):
        folded = _folded(char)
        parts.append(folded)
        at.extend([place] * len(folded))
    return Flat(_LONG_DASH.sub("-", "".join(parts)), at, text)


def fold(text: str) -> str:
    return flatten(text).text


@lru_cache(maxsize=8192)
def _folded(char: str) -> str:
    if char in HAN:
        return char
    category = unicodedata.category(char)
    if category in ("Mn", "Me", "Cf") or char in _BLANK:
        return ""
    if category.startswith("N"):
        return _digits(char)
    if category == "Cs":
        return char
    return _letters(char)


def _digits(char: str) -> str:
    number = unicodedata.numeric(char)
    return str(int(number)) if number == int(number) and 0 <= number < 100 else char


def _letters(char: str) -> str:
    known = _SEEN_AS.get(char)
    if known is not None:
        return known
    pieces = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", char).casefold())
    shown = "".join(_SEEN_AS.get(piece, piece) for piece in pieces if unicodedata.category(piece) != "Mn")
    return shown or char


def _extends(char: str) -> bool:
    """True if it belongs to the grapheme before it."""
    return (
        unicodedata.category(char) in ("Mn", "Me", "Mc")
        or char in "\u200c\u200d"
        or "\U0001f3fb" <= char <= "\U0001f3ff"
        or "\U000e0020" <= char <= "\U000e007f"
    )
