"""Matches our legs with the carrier's resources: all at once, each resource with one leg at most."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

#: The carrier's times are in whole seconds, and its clock may differ from ours.
SLACK_MS = 5_000


@dataclass(frozen=True, slots=True, repr=False)
class Leg:
    """What we asked the carrier to do at `at_ms`. `key`: chosen by whoever calls `match`."""

    key: Hashable
    at_ms: int
    body: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class Resource:
    sid: str
    at_ms: int
    body: str = ""


def match(legs: Sequence[Leg], resources: Sequence[Resource]) -> dict[Hashable, str]:
    """Leg key -> SID. First equal texts, then the rest, since carriers change texts; both in order of creation."""
    legs = sorted(legs, key=lambda leg: leg.at_ms)
    resources = sorted(resources, key=lambda resource: resource.at_ms)
    matched: dict[Hashable, str] = {}
    for body in dict.fromkeys(leg.body for leg in legs):
        same_text = [leg for leg in legs if leg.body == body]
        matched |= _in_order(same_text, [resource for resource in resources if resource.body == body])
    taken = set(matched.values())
    rest = [leg for leg in legs if leg.key not in matched]
    return matched | _in_order(rest, [resource for resource in resources if resource.sid not in taken])


#: Number of matches, and the sum of their time differences in ms, negated: the greater tuple is the better.
_Score = tuple[int, int]


def _in_order(legs: Sequence[Leg], resources: Sequence[Resource]) -> dict[Hashable, str]:
    """The most matches that keep the order, then the closest in time. A resource is never older than its leg."""
    scores = _scores(legs, resources)
    matched: dict[Hashable, str] = {}
    row, column = 0, 0
    while row < len(legs) and column < len(resources):
        if scores[row][column] == scores[row][column + 1]:
            column += 1
        elif scores[row][column] == scores[row + 1][column]:
            row += 1
        else:
            matched[legs[row].key] = resources[column].sid
            row, column = row + 1, column + 1
    return matched


def _scores(legs: Sequence[Leg], resources: Sequence[Resource]) -> list[list[_Score]]:
    """`[row][column]`: the best score of `legs[row:]` with `resources[column:]`."""
    table: list[list[_Score]] = [[(0, 0)] * (len(resources) + 1) for _ in range(len(legs) + 1)]
    for row in range(len(legs) - 1, -1, -1):
        for column in range(len(resources) - 1, -1, -1):
            best = max(table[row + 1][column], table[row][column + 1])
            later = resources[column].at_ms - legs[row].at_ms
            if later >= -SLACK_MS:
                count, closeness = table[row + 1][column + 1]
                best = max(best, (count + 1, closeness - abs(later)))
            table[row][column] = best
    return table
