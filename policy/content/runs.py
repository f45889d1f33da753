"""Runs: digits close enough together to be one number, in any notation."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from policy.content import vocabulary
from policy.content.characters import Flat
from policy.content.dialable import homes_of
from policy.content.shapes import innocent
from policy.content.tokens import Kind, Token, tokens

_GAP: Final = re.compile(r"(?:[^\w$€£¥₹%#@=<>°+]|_){0,6}")
_LEAD: Final = re.compile(r"(?:\+|\()[\s(+]{0,3}$")
_MOST_FILLERS = 2
#: After so many pieces of one kind, a piece of another kind begins a new group.
_SETTLED = 4
#: After so many pieces without a comma, a comma ends the group.
_READ_ALOUD = 3
_LETTERED: Final = frozenset({Kind.LOOKALIKE, Kind.HOMOPHONE})
_DISGUISED: Final = frozenset({Kind.SPELLED, Kind.HAN, Kind.LOOKALIKE, Kind.HOMOPHONE})


@dataclass(slots=True, repr=False, eq=False)
class Group:
    """Consecutive digits in the same notation."""

    digits: str
    start: int
    end: int
    #: The text between this group and the one before it.
    gap: str
    #: In how many pieces it was written, and how many of these were not plain digits.
    pieces: int
    disguised: int
    #: How many of the pieces only sound like digits.
    heard: int


@dataclass(frozen=True, slots=True, repr=False)
class Run:
    groups: tuple[Group, ...]
    #: Its first and last token in the row.
    first: int
    last: int
    plus: bool

    @property
    def size(self) -> int:
        return sum(len(group.digits) for group in self.groups)


@dataclass(frozen=True, slots=True, repr=False)
class Reading:
    """A text that was read once, for all searches for numbers."""

    flat: Flat
    row: Sequence[Token]
    runs: Sequence[Run]
    #: The languages of the country that the text comes from.
    languages: tuple[str, ...] = ()
    #: The countries whose numbers are written without a country code; empty means all.
    homes: str = ""
    #: How many of its words contain digits.
    coded: int = 0

    @property
    def words(self) -> int:
        """Words that carry meaning; in scripts without spaces, two characters count as one word."""
        return sum(
            _weight(token.text) for token in self.row if not token.digits and token.text not in vocabulary.NEUTRAL
        )


def _weight(text: str) -> int:
    return 1 if text.isascii() else max(1, len(text) // 2)


def read(flat: Flat, languages: tuple[str, ...] = (), countries: tuple[str, ...] = ()) -> Reading:
    row = tokens(flat)
    coded = sum([not token.text.isalpha() for token in row])
    runs = tuple(_runs(flat, _without_innocent(row, flat.text, "pt" in languages)))
    return Reading(flat, row, runs, languages, homes_of(languages, countries), coded)


def _without_innocent(row: list[Token], text: str, brazilian: bool) -> list[Token]:
    spans = innocent(text, brazilian)
    if not spans:
        return row
    place = 0
    for at, token in enumerate(row):
        while place < len(spans) and spans[place][1] <= token.start:
            place += 1
        if place < len(spans) and spans[place][0] < token.end and token.digits:
            row[at] = Token(token.text, token.start, token.end)
    return row


def _runs(flat: Flat, row: Sequence[Token]) -> Iterator[Run]:
    members: list[int] = []
    for place, token in enumerate(row):
        if not token.digits or (members and _links(row, members[-1], place)):
            if members and not (token.text in vocabulary.FILLERS and place - members[-1] <= _MOST_FILLERS):
                yield from _run(flat, row, members)
                members = []
        elif members and not _joined(flat.text, row, members[-1], place):
            yield from _run(flat, row, members)
            members = [place]
        else:
            members.append(place)
    if members:
        yield from _run(flat, row, members)


def _links(row: Sequence[Token], before: int, place: int) -> bool:
    """The "to" of "1200 to 1500" and the "for" of "2 for 45"."""
    last, token = row[before], row[place]
    if token.kind is not Kind.HOMOPHONE or not token.text.isalpha() or last.kind is not Kind.PLAIN:
        return False
    after = row[place + 1] if place + 1 < len(row) else token
    return len(last.digits) > 1 or (after.kind is Kind.PLAIN and len(after.digits) > 1)


def _joined(text: str, row: Sequence[Token], last: int, place: int) -> bool:
    if text[row[last].end : row[place].start] == "+":
        return len(row[last].digits) == len(row[place].digits) == 1
    return all(_GAP.fullmatch(text, row[at].end, row[at + 1].start) for at in range(last, place))


def _run(flat: Flat, row: Sequence[Token], members: list[int]) -> Iterator[Run]:
    members = _trimmed(row, members)
    if members:
        before = flat.text[max(0, row[members[0]].start - 4) : row[members[0]].start]
        said = members[0] > 0 and row[members[0] - 1].text in vocabulary.PLUS
        plus = said or bool(_LEAD.search(before) and "+" in before)
        yield Run(tuple(_groups(flat, row, members)), members[0], members[-1], plus)


def _trimmed(row: Sequence[Token], members: list[int]) -> list[int]:
    """Without words at its ends that only sound like digits, or that count one thing."""
    begin, end = 0, len(members)
    while begin < end and row[members[begin]].kind is Kind.HOMOPHONE:
        begin += 1
    while end > begin and row[members[end - 1]].kind is Kind.HOMOPHONE:
        end -= 1
    return members[begin:end]


def _groups(flat: Flat, row: Sequence[Token], members: list[int]) -> Iterator[Group]:
    pending: list[Token] = []
    gap = before = ""
    for number, place in enumerate(members):
        token = row[place]
        between = flat.text[row[members[number - 1]].end : token.start] if number else ""
        if pending and not _continues(pending, token, between, gap):
            yield _group(flat, pending, before)
            pending, gap, before = [], "", between
        elif pending:
            gap = between
        pending.append(token)
    yield _group(flat, pending, before)


def _continues(pending: list[Token], token: Token, between: str, gap: str) -> bool:
    """Words go on; single digits do as long as they are kept apart alike."""
    last = pending[-1]
    if any(sign in between and sign not in gap for sign in (",", "..")) and len(pending) >= _READ_ALOUD:
        return False
    if last.kind in _DISGUISED and token.kind in _DISGUISED:
        return True
    if len(pending) >= _SETTLED and token.kind is not last.kind and all(piece.kind is last.kind for piece in pending):
        return not between
    if not between:
        return True
    return len(last.digits) == len(token.digits) == 1 and (len(pending) == 1 or between == gap)


def _group(flat: Flat, pieces: list[Token], gap: str) -> Group:
    digits = "".join(token.digits for token in pieces)
    hidden = sum(_is_disguised(flat, token) for token in pieces)
    heard = sum(token.kind is Kind.HOMOPHONE for token in pieces)
    return Group(digits, pieces[0].start, pieces[-1].end, gap, len(pieces), hidden, heard)


def _is_disguised(flat: Flat, token: Token) -> int:
    if token.kind in _LETTERED:
        return sum(map(str.isalpha, token.text))
    if token.kind in _DISGUISED:
        return len(token.digits)
    if flat.plain(token.start, token.end):
        return 0
    begin, end = flat.span(token.start, token.end)
    return len(token.digits) if _ODD.search(flat.original, begin, end) else 0


#: Enclosed, raised and mathematical digits, keycaps, and what cannot be seen between digits.
_ODD: Final = re.compile(
    "[\u00ad\u00b2\u00b3\u00b9\u200b-\u200f\u2060-\u2064\ufeff\u20e3\u2070-\u209c\u2460-\u24ff\u2776-\u2793\U0001d7ce-\U0001d7ff\U0001f100-\U0001f10c]"
)
