"""Groups of a run that could be one number, before anything is said about them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from policy.content.runs import Group, Reading, Run

_LEAST, _MOST = 6, 17
#: Separators between two numbers.
_OTHERS: Final = (" / ", " | ")
_HELD: Final = ("-", ".")


@dataclass(slots=True, repr=False, eq=False)
class Candidate:
    """Consecutive groups of a run."""

    groups: tuple[Group, ...]
    plus: bool
    paren: bool
    whole: bool
    #: True if the run begins with this candidate.
    first: bool = True
    digits: str = field(init=False)
    #: The number of digits of each group: "3-3-4".
    form: str = field(init=False)
    disguised: int = field(init=False)

    def __post_init__(self) -> None:
        parts = [group.digits for group in self.groups]
        self.digits = "".join(parts)
        self.form = "-".join(map(str, map(len, parts)))
        self.disguised = sum([group.disguised for group in self.groups])

    @property
    def pieces(self) -> int:
        return sum(group.pieces for group in self.groups)

    @property
    def kept_apart(self) -> bool:
        """True if all digits are separate."""
        return any(group.pieces == len(group.digits) >= _LEAST for group in self.groups)


def beginning(reading: Reading, run: Run, first: int, free: int) -> Iterator[Candidate]:
    """The candidates that begin with this group, longest first."""
    size, last = 0, first
    while last < len(run.groups) and size + len(run.groups[last].digits) <= _MOST:
        size += len(run.groups[last].digits)
        last += 1
    text = reading.flat.text
    start = run.groups[first].start
    plus = run.plus if first == 0 else "+" in run.groups[first].gap
    paren = text[max(0, start - 1) : start] == "(" or any("(" in it.gap for it in run.groups[first + 1 : first + 2])
    begins = plus or (_begins(run.groups, first, free) and not _is_held(run.groups, first))
    while begins and last > first and size >= _LEAST:
        if plus or (_ends(run.groups, last) and not _is_held(run.groups, last)):
            yield Candidate(run.groups[first:last], plus, paren, last - first == len(run.groups), first == 0)
        last -= 1
        size -= len(run.groups[last].digits)


def _is_held(groups: tuple[Group, ...], place: int) -> bool:
    """True if it is part of a longer name joined by hyphens or dots."""
    return 0 < place < len(groups) and groups[place].gap in _HELD and not groups[place].disguised


def _begins(groups: tuple[Group, ...], first: int, free: int) -> bool:
    return first == free or not _alike(groups, first)


def _ends(groups: tuple[Group, ...], last: int) -> bool:
    return last == len(groups) or groups[last].digits[0] == "0" or not _alike(groups, last)


def _alike(groups: tuple[Group, ...], place: int) -> bool:
    """True if written like the group before, so that a number rarely ends between them."""
    gap = groups[place].gap
    if "," in gap and place + 1 < len(groups) and "," not in groups[place + 1].gap:
        return False
    return len(groups[place].digits) == len(groups[place - 1].digits) and "\n" not in gap and gap not in _OTHERS
