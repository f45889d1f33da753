"""A Service's own lists for the content policy: entries never to report (`allowed`), and bad words.

Raises Invalid with the number of the invalid line, never its text, which may be a person's number.
"""

from __future__ import annotations

import re
from typing import Final

from common.errors import Invalid
from policy.content.characters import fold

MOST_ALLOWED: Final = 200
MOST_WORDS: Final = 1_000
MOST_LISTS: Final = 10
_LONGEST_ENTRY = 254
_NUMBER: Final = re.compile(r"\+?[0-9 ()./\-]+")
_ADDRESS: Final = re.compile(r"[^@\s]*@[^@\s]+\.[^@\s]+")
_WORD: Final = re.compile(r"[^\W\d_](?:[^\W\d_]|['\-]){0,39}")
#: A stem is looked for from three letters on, a whole word in full: see profanity.py.
_STEM: Final = re.compile(r"[^\W\d_](?:[^\W\d_]|['\-]){2,22}\*")
_LEAST_DIGITS, _MOST_DIGITS = 5, 19
_FORMS = "must be a phone or card number of 5 to 19 digits, an address, a domain such as @shop.example, or a word"


def allowed_entries(text: str) -> tuple[str, ...]:
    """One entry per line, without blank lines and duplicates."""
    found: dict[str, None] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if entry := line.strip():
            _require(_is_entry(entry), "Allowed", number, _FORMS)
            found[entry] = None
    if len(found) > MOST_ALLOWED:
        raise Invalid("Allowed", f"must have at most {MOST_ALLOWED} entries")
    return tuple(found)


def word_list(text: str) -> str:
    """One word per line, or the start of one and a star; lines with # are comments. Empty if it has no word."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    for number, line in enumerate(lines, 1):
        fits = line[0] == "#" or _is_word(line) or _STEM.fullmatch(fold(line))
        _require(bool(fits), "Words", number, "must be one word, or at least 3 letters and a star, or a remark after #")
    words = sum(line[0] != "#" for line in lines)
    if words > MOST_WORDS:
        raise Invalid("Words", f"must have at most {MOST_WORDS} words")
    return "\n".join(lines) if words else ""


def _is_entry(entry: str) -> bool:
    if len(entry) > _LONGEST_ENTRY:
        return False
    if _NUMBER.fullmatch(entry):
        return _LEAST_DIGITS <= sum(char.isdigit() for char in entry) <= _MOST_DIGITS
    return bool(_ADDRESS.fullmatch(entry)) or _is_word(entry)


def _is_word(line: str) -> bool:
    return bool(_WORD.fullmatch(fold(line)))


def _require(fits: bool, field: str, line: int, why: str) -> None:
    if not fits:
        raise Invalid(field, f"line {line} {why}")
