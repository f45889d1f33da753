"""Digits whose own form, with what is written right next to them, is the form of a code: no word is needed.

Post codes before a town, call numbers of libraries, identity numbers, ranges of pages, doors of a house. shapes.py
removes spans before digits are grouped; this module judges a whole group with what is written next to it.
"""

from __future__ import annotations

import re
from typing import Final

from policy.content.characters import Flat
from policy.content.runs import Run

#: A Portuguese post code, before the name of a town.
_POST_CODE: Final = re.compile(r"\d{4}-\d{3}")
_TOWN: Final = re.compile(r",? [^\W\d_]{3,}")
#: A Japanese post code, before the name of a prefecture or a town.
_JAPANESE: Final = re.compile(r"\d{3}-\d{4}")
_PREFECTURE: Final = re.compile(r"[ \u3000]?[^\W\da-z_]{1,5}[都道府県市区町村郡]")
#: A class of Dewey's, and the capitals of the author.
_CLASS: Final = re.compile(r"\d{3}\.\d{1,8}")
_AUTHOR: Final = re.compile(r" [A-Z]{1,4}(?:[ ,;.)]|$)")
_BEFORE_A_NAME: Final = re.compile(r"\d{4}-\d{3}|\d{3}-\d{4}|\d{3}\.\d{1,8}")
#: House, stair and door, as in Vienna: 176/2/14. A year and the numbers of a case: 2025-514-0136.
_DOOR: Final = re.compile(r"[1-9]\d{0,2}(?:/\d{1,2}){2,3}")
_CASE: Final = re.compile(r"(?:19|20)\d\d[-/.]\d{2,4}[-/.]\d{3,6}")
_RANGE: Final = re.compile(r"(\d{3,4})( ?[-/\u2010-\u2014] ?)(\d{3,4})")
#: Identity numbers of South Africa: the birthday and a check digit.
_BORN: Final = re.compile(r"\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{4}[01]\d\d")


def is_code_for_sure(run: Run, flat: Flat) -> bool:
    """Whether it is a code even in a text with a word such as "call"."""
    text = flat.text[run.groups[0].start : run.groups[-1].end]
    if _DOOR.fullmatch(text):
        return True
    if not _BEFORE_A_NAME.fullmatch(text):
        return False
    end = flat.span(run.groups[0].start, run.groups[-1].end)[1]
    behind = flat.original[end : end + 24]
    if _POST_CODE.fullmatch(text):
        return bool(_TOWN.match(behind)) and behind.lstrip(", ")[0].isupper()
    if _JAPANESE.fullmatch(text):
        return bool(_PREFECTURE.match(behind))
    shouted = flat.original.upper() == flat.original
    return bool(_CLASS.fullmatch(text) and _AUTHOR.match(behind)) and not shouted


def is_code(run: Run, flat: Flat) -> bool:
    """Whether it is a code if no word says that it is a phone number."""
    text = flat.text[run.groups[0].start : run.groups[-1].end]
    if len(run.groups) == 1:
        return bool(_BORN.fullmatch(text)) and _has_check_digit(text)
    return bool(_CASE.fullmatch(text)) or _is_range(text)


def _is_range(text: str) -> bool:
    """Pages 171-176: from the first of the same hundred to a later one."""
    found = _RANGE.fullmatch(text)
    if found is None or len(found[1]) != len(found[3]):
        return False
    return found[1][:-2] == found[3][:-2] and found[1] < found[3]


def _has_check_digit(digits: str) -> bool:
    """By Luhn's rule."""
    doubled = [int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(digits))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0
