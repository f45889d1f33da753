"""Digits that are written as Japanese sounds, in kana: ゼロハチゼロ, さんよんご."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from policy.content.characters import fold

_READINGS: Final = (
    ("ゼロ レイ マル", "0"), ("イチ", "1"), ("ニー ニ", "2"), ("サン", "3"), ("ヨン シ", "4"), ("ゴー ゴ", "5"),
    ("ロク", "6"), ("ナナ シチ", "7"), ("ハチ", "8"), ("キュウ キュー ク", "9"),
)  # fmt: skip
_TO_HIRAGANA: Final = {code: code - 0x60 for code in range(ord("ァ"), ord("ヶ"))}
_DIGITS: Final = {
    fold(form): digit
    for words, digit in _READINGS
    for word in words.split()
    for form in (word, word.translate(_TO_HIRAGANA))
}
_ONE: Final = re.compile("|".join(sorted(_DIGITS, key=len, reverse=True)))
#: Fewer digits in a row are usually part of a word.
_WORD: Final = re.compile("[ぁ-ヶー]+")
#: A single one of these is a digit only if it is the whole word.
_ALONE: Final = frozenset(map(fold, " ".join(words for words, _ in _READINGS).split()))
#: "Here", which is written like 5, 5, 2, since a folded text has no voiced sounds.
_HERE: Final = fold("ここに")
_READ: Final = re.compile(f"(?!{_HERE})(?:{_ONE.pattern}){{3,}}+|(?:{fold('ゼロ')})+(?![ァ-ヶ])")


def read_aloud(word: str) -> Iterator[tuple[int, int, str]]:
    """Start and end in the folded word, and the digits, of each; empty if the word has none."""
    if word in _ALONE:
        yield 0, len(word), _DIGITS[word]
        return
    for found in _READ.finditer(word):
        yield found.start(), found.end(), "".join(_DIGITS[one] for one in _ONE.findall(found[0]))


def count(text: str) -> int:
    """How many digits the folded text has in kana."""
    return sum(len(digits) for word in _WORD.findall(text) for _, _, digits in read_aloud(word))
