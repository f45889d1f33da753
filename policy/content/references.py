"""Numbers of things that were named before: "the EIN, it's …", "the ABN? …", "part … or the newer …"."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from policy.content import things
from policy.content import vocabulary as words
from policy.content.context import Said, is_number, meaning
from policy.content.runs import Reading, Run
from policy.content.tokens import Kind, Token

_FAR: Final = 12
#: Between the two numbers of "part … or the newer …".
_MOST_BETWEEN: Final = 4
_ENDS: Final = (". ", "! ", "? ", "\n", "。", "!", "?", ":")


def stands_for_thing(reading: Reading, run: Run) -> bool:
    """For a number of which the words next to it say nothing: a word for a thing was before, and none for a phone."""
    if _continues_list(reading, run):
        return True
    return _is_referred_to(reading, run) and _names_thing(_before(reading, run))


def _is_referred_to(reading: Reading, run: Run) -> bool:
    """After "it's" or "mine is", or at the beginning of an answer to a question."""
    row, first = reading.row, run.first
    if not first:
        return False
    gap = reading.flat.text[row[first - 1].end : run.groups[0].start]
    if "?" in gap or ":" in gap:
        return True
    near = [token.text for token in row[max(0, first - 3) : first]]
    return near[-1] in words.IS and not words.REFERRING.isdisjoint(near)


def _before(reading: Reading, run: Run) -> Iterator[Token]:
    """The sentence of the run, or the question before it."""
    until = run.groups[0].start
    for place in range(run.first - 1, max(-1, run.first - 1 - _FAR), -1):
        token = reading.row[place]
        gap = reading.flat.text[token.end : until]
        if place < run.first - 1 and any(stop in gap for stop in _ENDS):
            return
        until = token.start
        yield token


def _names_thing(row: Iterator[Token]) -> bool:
    found = False
    for token in row:
        said = meaning(token)
        if said is Said.PHONE or (is_number(token) and token.text != "no"):
            return False
        found = found or (said is Said.THING and token.text not in things.SOFT and token.text not in things.SHORT)
    return found


def _continues_list(reading: Reading, run: Run) -> bool:
    """The second of "part 137221600 or the newer 5304483454"."""
    row, joined = reading.row, False
    for place in range(run.first - 1, max(-1, run.first - 2 - _MOST_BETWEEN), -1):
        token = row[place]
        if token.digits and token.kind is not Kind.HOMOPHONE:
            return joined and _is_of_thing(reading, place)
        if meaning(token) is Said.PHONE:
            return False
        joined = joined or token.text in words.JOINS
    return False


def _is_of_thing(reading: Reading, place: int) -> bool:
    """Whether a word for a thing stands directly before the digits at this place."""
    while place > 0 and reading.row[place - 1].digits:
        place -= 1
    return place > 0 and meaning(reading.row[place - 1]) is Said.THING
