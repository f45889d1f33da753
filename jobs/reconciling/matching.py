"""Which of the carrier's resources belongs to which leg of ours: each to one at most, as a set, never one by one."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

#: The carrier tells seconds, and its clock is not ours.
SLACK_MS = 5_000


@dataclass(frozen=True, slots=True, repr=False)
class Leg:
    """What we asked the carrier to do at `at_ms`; `key` is the caller's."""

    key: Hashable
    at_ms: int
    body: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class Resource:
    sid: str
    at_ms: int
    body: str = ""


def match(legs: Sequence[Leg], resources: Sequence[Resource]) -> dict[Hashable, str]:
    """Key -> SID. Equal texts first, in order of creation; then what is left, in that order: carriers change texts."""
    legs = sorted(legs, key=lambda leg: leg.at_ms)
    resources = sorted(resources, key=lambda one: one.at_ms)
    found: dict[Hashable, str] = {}
    for body in dict.fromkeys(leg.body for leg in legs):
        alike = [leg for leg in legs if leg.body == body]
        found |= _in_order(alike, [one for one in resources if one.body == body])
    taken = set(found.values())
    left = [leg for leg in legs if leg.key not in found]
    return found | _in_order(left, [one for one in resources if one.sid not in taken])


#: How many are matched, and less how many ms lie between them: the greater, the better.
_Worth = tuple[int, int]


def _in_order(legs: Sequence[Leg], resources: Sequence[Resource]) -> dict[Hashable, str]:
    """As many as possible without crossing; of those the closest in time. Nothing comes before it was asked for."""
    worth = _worth(legs, resources)
    found: dict[Hashable, str] = {}
    row, column = 0, 0
    while row < len(legs) and column < len(resources):
        if worth[row][column] == worth[row][column + 1]:
            column += 1
        elif worth[row][column] == worth[row + 1][column]:
            row += 1
        else:
            found[legs[row].key] = resources[column].sid
            row, column = row + 1, column + 1
    return found


def _worth(legs: Sequence[Leg], resources: Sequence[Resource]) -> list[list[_Worth]]:
    """Of what begins at each leg and resource."""
    table: list[list[_Worth]] = [[(0, 0)] * (len(resources) + 1) for _ in range(len(legs) + 1)]
    for row in range(len(legs) - 1, -1, -1):
        for column in range(len(resources) - 1, -1, -1):
            best = max(table[row + 1][column], table[row][column + 1])
            later = resources[column].at_ms - legs[row].at_ms
            if later >= -SLACK_MS:
                count, closeness = table[row + 1][column + 1]
                best = max(best, (count + 1, closeness - abs(later)))
            table[row][column] = best
    return table
