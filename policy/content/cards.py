"""Whether digits that stand together are the number of a payment card."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from policy.content.context import Said
from policy.content.phones import about
from policy.content.runs import Group, Reading, Run

_LEAST, _MOST = 13, 19
_BRANDS: Final = re.compile(
    r"4(?:\d{12}|\d{15}|\d{18})"
    r"|(?:5[1-5]\d\d|222[1-9]|22[3-9]\d|2[3-6]\d\d|27[01]\d|2720)\d{12}"
    r"|3[47]\d{13}"
    r"|(?:6011|64[4-9]\d|65\d\d)\d{12}(?:\d{3})?"
    r"|35(?:2[89]|[3-8]\d)\d{12}"
    r"|3(?:0[0-5]|[68]\d|09)\d{11}"
    r"|62\d{14,17}"
    r"|220[0-4]\d{12}"
    r"|(?:60|81|82)\d{14}"
    r"|(?:5018|5020|5038|5893|6304|6759|676[1-3])\d{8,15}"
)
_FORMS: Final = re.compile(r"4-4-4-(?:4|1)(?:-3)?|4-6-[45]|8-8|4-4-8|8-4-4|4-8-4|4-12|12-4|6-10|6-13|4-5-6")


def cards(reading: Reading) -> Iterator[tuple[int, int, str]]:
    """Start and end in the folded text, and the digits, of each number."""
    for run in reading.runs:
        if run.size >= _LEAST and not run.plus:
            yield from _in_run(reading, run)


def _in_run(reading: Reading, run: Run) -> Iterator[tuple[int, int, str]]:
    said = about(reading, run)
    first = 0
    while first < len(run.groups):
        found = next((groups for groups in _from(run, first) if is_card(groups, said)), None)
        if found is None:
            first += 1
            continue
        yield found[0].start, found[-1].end, "".join(group.digits for group in found)
        first += len(found)


def _from(run: Run, first: int) -> Iterator[tuple[Group, ...]]:
    size, last = 0, first
    while last < len(run.groups) and size + len(run.groups[last].digits) <= _MOST:
        size += len(run.groups[last].digits)
        last += 1
    while last > first and size >= _LEAST:
        yield run.groups[first:last]
        last -= 1
        size -= len(run.groups[last].digits)


def is_card(groups: tuple[Group, ...], said: Said) -> bool:
    digits = "".join(group.digits for group in groups)
    if not _BRANDS.fullmatch(digits) or not luhn(digits) or len(set(digits)) < 2:
        return False
    form = "-".join(str(len(group.digits)) for group in groups)
    return said > Said.DIRECT if _FORMS.fullmatch(form) else said > Said.THING


def luhn(digits: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
