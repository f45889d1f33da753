"""Numbers that begin in earlier messages and end in this one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

from policy.content.candidates import Candidate
from policy.content.cards import is_card
from policy.content.context import Said
from policy.content.phones import about, is_phone
from policy.content.rules import Category
from policy.content.runs import Reading, Run

#: How many messages and words may be between two parts.
_MOST_PARTS = 12
_MOST_BEFORE = 3
_MOST_AFTER = 2
_LEAST_CARD, _LEAST_PHONE = 13, 7
#: So many digits are a whole number, not a part of one.
_WHOLE = 13
_WHOLE_PHONE = 9


class Part(NamedTuple):
    reading: Reading
    run: Run
    said: Said

    @property
    def bare(self) -> bool:
        return self.reading.words <= _MOST_BEFORE


class Split(NamedTuple):
    category: Category
    start: int
    end: int
    digits: str
    #: In how many earlier messages.
    earlier: int


def split(now: Reading, before: Iterable[Reading]) -> Split | None:
    """The longest chain of parts that ends with the first digits of `now` and makes a card or a phone.

    `before`: newest first; it is read only as long as the chain continues.
    """
    chain = _chain(now, before) if _may_end(now) else []
    for first in range(len(chain) - 1):
        parts = chain[first:]
        if all(part.said > Said.THING and part.run.size < _WHOLE for part in parts):
            digits = "".join(group.digits for part in parts for group in part.run.groups)
            category = _category(_whole(parts, digits), parts)
            if category:
                groups = parts[-1].run.groups
                return Split(category, groups[0].start, groups[-1].end, digits, len(parts) - 1)
    return None


def _category(whole: Part, parts: Sequence[Part]) -> Category | None:
    if _is_card(whole):
        return Category.CARD
    return Category.PHONE if _is_phone(whole, parts) else None


def _may_end(now: Reading) -> bool:
    if not now.runs or not _begins(now, now.runs[0]):
        return False
    part = _part(now, now.runs[0])
    return part.said > Said.THING and part.run.size < _WHOLE


def _chain(now: Reading, before: Iterable[Reading]) -> list[Part]:
    """Oldest first. Each part is at the end of its message, and, except the first, also at the beginning."""
    chain = [_part(now, now.runs[0])]
    for reading in before:
        if len(chain) > _MOST_PARTS:
            break
        if not reading.runs:
            if reading.words > _MOST_BEFORE:
                break
            continue
        if not _ends(reading, reading.runs[-1]):
            break
        chain.append(_part(reading, reading.runs[-1]))
        if not _begins(reading, reading.runs[-1]) or len(reading.runs) > 1:
            break
    return chain[::-1]


def _part(reading: Reading, run: Run) -> Part:
    return Part(reading, run, about(reading, run))


def _begins(reading: Reading, run: Run) -> bool:
    return run.first <= _MOST_BEFORE


def _ends(reading: Reading, run: Run) -> bool:
    return len(reading.row) - 1 - run.last <= _MOST_AFTER


def _whole(parts: Sequence[Part], digits: str) -> Part:
    first = parts[0]
    said = max(part.said for part in parts)
    group = replace(first.run.groups[0], digits=digits, pieces=len(parts), disguised=_hidden(parts))
    return Part(first.reading, replace(first.run, groups=(group,)), said)


def _hidden(parts: Sequence[Part]) -> int:
    return sum(group.disguised for part in parts for group in part.run.groups)


def _is_phone(whole: Part, parts: Sequence[Part]) -> bool:
    if any(part.run.size >= _WHOLE_PHONE for part in parts):
        return False
    group = whole.run.groups[0]
    size = len(group.digits)
    if size < _LEAST_PHONE or (size < 9 and whole.said is not Said.PHONE):
        return False
    it = Candidate((group,), whole.run.plus, False, True)
    return is_phone(it, whole.said, all(part.bare for part in parts))


def _is_card(whole: Part) -> bool:
    group = whole.run.groups[0]
    return len(group.digits) >= _LEAST_CARD and is_card((group,), whole.said)
