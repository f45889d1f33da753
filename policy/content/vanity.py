"""Numbers that are dialled by the letters of a keypad: 1-800-FLOWERS, 0800 REPAIR, 13 CABS."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import Final

from phonenumbers import convert_alpha_characters_in_number

from policy.content import vocabulary
from policy.content.context import Said, said_after, said_before, shown
from policy.content.runs import Reading

#: A quick check whether a text can have one: digits, with letters soon after.
LIKELY: Final = re.compile(r"(?:(?:00|[01])?[89]\d\d|1[38]00|(?<![a-z0-9])(?:13|[2-7]\d\d))\)?[ .\-]{0,3}[a-z]")
_JOINT = r"[ .\-]{0,3}"
_LETTERED: Final = r"(?P<name>[a-z0-9]{1,10}(?:[ .\-][a-z0-9]{1,10}){0,4})"
#: Free of charge in North America (NANP) and with the country code, then seven keys; elsewhere (ITU-T E.169, national
#: plans) four to eight; after any other area code or exchange only with hyphens.
_FREE: Final = re.compile(
    rf"(?<![a-z0-9+])(?P<head>(?:\+?1{_JOINT})?\(?(?:8(?:00|33|44|55|66|77|88)|900)\)?){_JOINT}{_LETTERED}"
)
_SHARED: Final = re.compile(rf"(?<![a-z0-9+])(?P<head>00800|0[89]0[0-9]|1[389]00|13){_JOINT}{_LETTERED}")
_LOCAL: Final = re.compile(
    r"(?<![a-z0-9+\-])(?P<head>(?:1-)?(?:[2-9]\d\d-){1,2})(?P<name>[a-z]{3,8}(?:-[a-z]{3,5})?)(?![a-z0-9\-])"
)
#: So many capitals are a name even if no word says that it is dialled.
_LEAST_ALONE: Final = 6
#: Pattern, fewest and most keys after its prefix (more keys than are dialled are common: 1-800-CONTACTS).
_KINDS: Final = ((_FREE, 7, 9), (_SHARED, 4, 8), (_LOCAL, 4, 8))
#: No names: "800 meters", "AT 1300 HOURS", "BY 1800 FRIDAY".
_COUNTED: Final = vocabulary.AMOUNT | vocabulary.word_set(
    """
    hours hour hrs uhr horas heures square more other others minutes minutos minuten seconds days weeks months years
    monday tuesday wednesday thursday friday saturday sunday today tonight tomorrow please thanks sharp
    """
)


def lettered(reading: Reading) -> Iterator[tuple[int, int, str]]:
    """Start and end in the folded text, and the digits to dial, of each number; some may overlap."""
    if LIKELY.search(reading.flat.text):
        for kind in _KINDS:
            yield from _of_kind(reading, *kind)


def _of_kind(reading: Reading, kind: re.Pattern[str], least: int, most: int) -> Iterator[tuple[int, int, str]]:
    for match in kind.finditer(reading.flat.text):
        end = _end(reading, match, least, most)
        if end and _is_meant(reading, match, end, kind):
            dialled = convert_alpha_characters_in_number(match.string[match.start() : end])
            yield match.start(), end, re.sub(r"\D", "", dialled)


def _end(reading: Reading, match: re.Match[str], least: int, most: int) -> int:
    """Where the name ends; after a space only capitals continue it. 0 if it has too few keys, or no letters."""
    text, keys, letters, end = match.string, 0, 0, 0
    for word in re.finditer(r"[a-z0-9]+", text[match.start("name") : match.end("name")]):
        start = match.start("name") + word.start()
        apart = keys and " " in text[end:start]
        if (apart and not _capital(reading, start)) or keys + len(word[0]) > most:
            break
        keys, letters, end = keys + len(word[0]), letters + sum(map(str.isalpha, word[0])), start + len(word[0])
        if keys >= least and letters:
            following = text[end : end + 1]
            if following != "-" and not (following == " " and keys < 7 and _capital(reading, end + 1)):
                break
    whole = not (text[end : end + 1].isalnum() and text[end : end + 1].isascii())
    return end if whole and keys >= least and letters >= 3 else 0


def _capital(reading: Reading, at: int) -> bool:
    """True with two capitals: "FLOWERS", not "Friday"."""
    original = reading.flat.original
    return all(original[reading.flat.at[place]].isupper() for place in range(at, min(at + 2, len(reading.flat.at))))


def _is_meant(reading: Reading, match: re.Match[str], end: int, kind: re.Pattern[str]) -> bool:
    name = match.string[match.start("name") : end]
    capital, joined = _capital(reading, match.start("name")), "-" in match.string[match.start() : match.start("name")]
    if not _COUNTED.isdisjoint(re.split(r"[ .\-]", name)) or not (capital or _is_clear(match, joined, kind)):
        return False
    said = _said(reading, match.start(), end)
    whole = kind is _FREE and (joined or match["head"][0] in "1+(")
    if capital and kind is not _LOCAL and len(match["head"]) > 2 and len(name) >= _LEAST_ALONE:
        whole = whole or any(char.isalpha() and not char.isupper() for char in reading.flat.original)
    return said is Said.PHONE or (said is Said.NOTHING and whole)


def _is_clear(match: re.Match[str], joined: bool, kind: re.Pattern[str]) -> bool:
    """In lower case, only forms that cannot be anything else."""
    return (kind is _FREE and (joined or match["head"][0] in "1+(")) or (kind is _LOCAL)


def _said(reading: Reading, start: int, end: int) -> Said:
    first = bisect_right(reading.row, start, key=lambda token: token.end)
    last = bisect_left(reading.row, end, key=lambda token: token.start) - 1
    if shown(reading.flat.text[max(0, start - 6) : start]):
        return Said.PHONE
    before = said_before(reading.row, first, reading.flat)
    return before if before is not Said.NOTHING else said_after(reading.row, last, reading.flat)
