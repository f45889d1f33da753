"""Where in its sentence a number stands, and whether a word of the sentence asks for a call."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from policy.content import vocabulary as words
from policy.content.calls import AT
from policy.content.context import Said, ends_sentence, meaning
from policy.content.runs import Reading, Run
from policy.content.tokens import Token

_LEAST = 6
_BEFORE: Final = 10
_MOST_NAMES: Final = 3
_OPENS: Final = re.compile(r"(?:^|[:：,，、。.!！?？;；()（）~–—\n-])[\s(+]*$")
_LAST: Final = re.compile(r"\W*$")
_CLOSES: Final = re.compile(r"\s*(?:$|[,，、。.!！?？;；()（）~\n])")


def is_shown(reading: Reading, run: Run) -> bool:
    """At the end of a clause, after "is", "at" and the like, or after a person."""
    if run.groups[0].start <= 1 or not run.first or _LAST.match(reading.flat.text, run.groups[-1].end):
        return True
    text, start, end = reading.flat.text, run.groups[0].start, run.groups[-1].end
    if _OPENS.search(text[max(0, start - 6) : start]) or (len(run.groups) > 1 and _CLOSES.match(text, end)):
        return True
    before = reading.row[run.first - 1].text
    if before in words.IS or before in AT or before in ("m", "am") or before.endswith(words.FOR_PEOPLE + words.LEADS):
        return True
    return any(token.text in words.CALLED for token in reading.row[max(0, run.first - _MOST_NAMES) : run.first])


def is_somebodys(reading: Reading, run: Run) -> bool:
    """After words such as "hers is", "ahora es el"."""
    before = [token.text for token in reading.row[max(0, run.first - 3) : run.first]]
    last = before[-1] if before else ""
    return (not words.SOMEBODYS.isdisjoint(before) and last in words.NEUTRAL) or last.endswith(words.SOMEBODYS_ENDS)


def is_asked(reading: Reading, run: Run) -> bool:
    """True if a word for calling is in the same sentence."""
    return any(meaning(token) is Said.PHONE for token in _same_sentence(reading, run))


def _same_sentence(reading: Reading, run: Run) -> Iterator[Token]:
    """The tokens near the run, on both sides."""
    until = reading.row[run.first].start
    for token in reversed(reading.row[max(0, run.first - _BEFORE) : run.first]):
        if ends_sentence(reading.flat.text[token.end : until], token):
            break
        until = token.start
        yield token
    last = reading.row[run.last]
    for token in reading.row[run.last + 1 : run.last + 1 + _BEFORE]:
        if ends_sentence(reading.flat.text[last.end : token.start], last):
            break
        last = token
        yield token


def is_placed(reading: Reading, run: Run) -> bool:
    """True at an end of a clause, or next to a word that introduces a number."""
    text, start, end = reading.flat.text, run.groups[0].start, run.groups[-1].end
    if _OPENS.search(text[max(0, start - 6) : start]):
        return True
    told = run.size > _LEAST or not text[start - 2 : start - 1].isascii() or is_asked(reading, run)
    if told and _CLOSES.match(text, end):
        return True
    before = reading.row[run.first - 1].text
    after = reading.row[run.last + 1].text if run.last + 1 < len(reading.row) else ""
    return before in words.NEUTRAL or before == "m" or before.endswith(words.LEADS) or after.startswith(words.FOLLOWS)
