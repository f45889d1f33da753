"""Numbers that no word explains: the shape of a phone number decides, unless a word names something else.

Shorter numbers need more evidence: 9 to 13 digits must be dialable in some country; 7 and 8 must be written in groups;
6 in groups, or 7 and 8 in one piece, must also be in a position where people put a number to call.
"""

from __future__ import annotations

import re
from typing import Final

from policy.content import things
from policy.content import vocabulary as words
from policy.content.context import (
    Said,
    begins_clause,
    ends_clause,
    ends_sentence,
    is_number,
    is_of_people,
    is_own,
    meaning,
)
from policy.content.dialable import is_local, is_near
from policy.content.labels import is_labelled, is_lettered, is_numbered_short
from policy.content.placing import is_asked, is_placed, is_shown, is_somebodys
from policy.content.runs import Reading, Run
from policy.content.tokens import Token

_LEAST, _LONG, _MOST = 6, 9, 13
#: More digits are not the number of a room, a gate or a page.
_TINY = 7
_MOST_GROUPS, _MOST_LOCAL_GROUPS = 7, 4
#: The distance within which a word that names something else counts.
_BEFORE, _AFTER = 10, 6
#: What people put between the groups of a number.
_BETWEEN: Final = re.compile(r"[ \-–./()_·\u2010-\u2014]{1,4}")
_MANY: Final = 3
_MOST_NAMES: Final = 3
_MOST_SINGLE, _LEAST_DIFFERENT = 2, 3
#: Years, decimals, versions, round ranges, seconds since 1970.
_NOT_DIALLED: Final = re.compile(
    r"(?:19|20)\d\d\W+(?:19|20)\d\d|\d{1,3}\.\d+|\d\.\d\d?\.\d+|[1-9]\d{2,3}0[-/][1-9]\d{2,3}0|\d\d?/(?:19|20)\d\d|1[5-9]\d{8}"
    r"|[1-9]\d?\d?[05]-[1-9]\d?\d?[05]|(?:\d\d?-\d\d?-\d\d[ ,;]+)+\d\d?-\d\d?-\d\d|000\d+"
    r"|(?:[01]\d|2[0-4])[0-5][05]-(?:[01]\d|2[0-4])[0-5][05]"
    r"|1\d\d-1\d\d|[\d. ]+[. ]000|\d\d?(?:\.\d{3}){2}"
)
#: The end of a longer name; the sign of a Japanese post code.
_GLUED: Final = re.compile(r"[^\W_]-$|〒 ?$")
_THOUSANDS: Final = re.compile(r"\d{1,3}(?:[. ]\d{3})+")
#: Starts that no local number has: the prefix 00, a 0 before five digits, a year.
_NOT_LOCAL: Final = re.compile(r"00|0\d{5}$|(?:19[4-9]|20[0-4])\d{5}$")
#: Forms that count as a number even after a name: 4 + 4 or 3 + 4 digits, or 9 and more in groups that phones have.
_FIRM: Final = re.compile(
    r"\d{4}[ -]\d{4}|\d{3}[ -]\d{4}|(?=(?:\D*\d){9})"
    r"(?:[01]\d*\D.*|\d{3}\W+\d{3}\W+\d{4}|\d{5}\W\d{5}|[679]\d\d\W.*|3\d\d\W\d\d\W.*|\d\d?\D.*)"
)
_COUNTED: Final = re.compile(r" ?[番号號]")
_NEXT_DOOR: Final = re.compile(r"\d \d\d \d\d|\d\d \d\d \d|\d-\d\d-\d\d|\d-\d{4}|\d\d[- ]\d{3}|\d{3}[- ]\d\d|\d{5}")
#: Parts that no phone number has: a check digit after a hyphen, hyphens next to dots, a birthday.
_REGISTERED: Final = re.compile(
    r".*[-.]\d|.*\.\d+-.*|.*-\d+\..*|\d\d(?:0\d|1[0-2])(?:[0-2]\d|3[01])[-/ ].*|\d{3}\.\d{4}\.\d{4}\.\d\d"
)
_PAIRS: Final = re.compile(r"\d\d?(?: \d\d){2,3}|\d\d \d\d \d")


def is_bare_phone(reading: Reading, run: Run) -> bool:
    """For a run without a word next to it that says it is a phone or a thing."""
    text = reading.flat.text[run.groups[0].start : run.groups[-1].end]
    if not _LEAST <= run.size <= _MOST or not _written_as_one(run) or not _shaped(text, run, reading):
        return False
    if _GLUED.search(reading.flat.text, max(0, run.groups[0].start - 2), run.groups[0].start):
        return False
    if is_lettered(reading.row, run.last, reading.flat) or is_labelled(reading.row, run.first, reading.flat):
        return False
    if len(run.groups) == 1 and is_among_codes(reading, run.groups[0].pieces) and not is_asked(reading, run):
        return False
    numbered = run.first > 0 and is_numbered_short(reading.row, run.first - 1, run.first, reading.flat)
    if (numbered or is_named(reading, run)) and not is_asked(reading, run) and not _FIRM.fullmatch(text):
        return False
    if run.size < _LONG and _COUNTED.match(reading.flat.text, run.groups[-1].end) and not is_asked(reading, run):
        return False
    if run.size < _LONG and not (is_asked(reading, run) or is_shown(reading, run)):
        return False
    return _is_led_to(reading, run, text) and not is_of_a_thing(reading, run)


def is_named(reading: Reading, run: Run) -> bool:
    """Whether the clause has only unknown words before the number, such as the name of what it numbers: "Mondial Relay
    48213377"."""
    until, strange = run.groups[0].start, 0
    for place in range(run.first - 1, max(-1, run.first - 2 - _MOST_NAMES), -1):
        token = reading.row[place]
        gap = reading.flat.text[token.end : until]
        if gap not in (" ", "-", " ("):
            break
        kind = is_number(token) and not strange and _is_kind(reading, place)
        if kind or (token.text in words.PARTICLES and strange):
            until = token.start
            continue
        if not token.text.isascii() or not token.text.isalpha() or _is_known(token):
            return False
        until, strange = token.start, strange + 1
    return 0 < strange <= _MOST_NAMES


def _is_kind(reading: Reading, place: int) -> bool:
    """True for the "company" of "company number", not for an owner such as "mum's"."""
    return place > 0 and not _is_known(reading.row[place - 1]) and not reading.row[place - 1].text.endswith("s")


def _is_known(token: Token) -> bool:
    known = token.text in words.NEUTRAL or token.text in words.CHAT or token.text in words.SOMEBODYS
    known = known or token.text in words.CALLED or token.text == "m"
    return known or meaning(token) is Said.PHONE or is_number(token)


def is_among_codes(reading: Reading, own: int) -> bool:
    """Among several other pieces with digits, as in the text of a ticket; `own`: how many are the number's."""
    return reading.coded - own >= _MANY


def _is_led_to(reading: Reading, run: Run, text: str) -> bool:
    if run.size == _LEAST and len(run.groups) == 1:
        return is_somebodys(reading, run) or is_asked(reading, run)
    return is_placed(reading, run) or not _weak(text, run, reading)


def is_next_door(reading: Reading, run: Run) -> bool:
    """Five digits, as in small towns: in groups if a word for calling is near, else directly after a phone."""
    text = reading.flat.text[run.groups[0].start : run.groups[-1].end]
    if not _NEXT_DOOR.fullmatch(text) or is_of_a_thing(reading, run):
        return False
    if len(run.groups) > 1 and not _THOUSANDS.fullmatch(text):
        return is_asked(reading, run) or _in_pairs(text, reading)
    return _is_next_to_a_call(reading, run)


def _is_next_to_a_call(reading: Reading, run: Run) -> bool:
    after = reading.row[run.last + 1] if run.last + 1 < len(reading.row) else None
    if after and meaning(after) is Said.PHONE and reading.flat.text[run.groups[-1].end : after.start] == " ":
        return True
    if not run.first or not is_placed(reading, run):
        return False
    before = reading.row[run.first - 1]
    return meaning(before) is Said.PHONE or (before.text in words.ENOUGH and is_asked(reading, run))


def without_article(run: Run) -> Run:
    """Without a first group in words, such as the "ein" of "speicher mich ein 200-1219"."""
    first, *rest = run.groups
    if not rest or len(first.digits) > 2 or first.pieces > 1 or not first.disguised or any(it.disguised for it in rest):
        return run
    return Run(tuple(rest), run.first + 1, run.last, run.plus)


def _written_as_one(run: Run) -> bool:
    """True unless half is digits and half words, or it is scores of one digit each."""
    long = run.size >= _LONG
    hidden = sum(group.disguised for group in run.groups)
    if any(group.heard for group in run.groups) or (hidden and (not long or hidden * 2 < run.size)):
        return False
    singles = sum(group.pieces for group in run.groups if group.pieces > 1 or len(group.digits) == 1)
    few = len(run.groups) <= (_MOST_GROUPS if long else _MOST_LOCAL_GROUPS) and singles <= _MOST_SINGLE
    return few and all(_BETWEEN.fullmatch(group.gap) for group in run.groups[1:])


def _shaped(text: str, run: Run, reading: Reading) -> bool:
    digits = "".join(group.digits for group in run.groups)
    if len(set(digits)) < _LEAST_DIFFERENT or _NOT_DIALLED.fullmatch(text):
        return False
    if run.size >= _LONG and _REGISTERED.fullmatch(text):
        return False
    if run.size < _LONG:
        if (len(digits) == _LEAST or not is_asked(reading, run)) and _NOT_LOCAL.match(digits):
            return False
        if is_near(run.size, reading.languages) or is_asked(reading, run):
            return True
        # Whole numbers of some countries are as short as local ones.
        parts = len(run.groups) >= _MANY or (len(run.groups) == 1 and not run.first)
        return parts and run.size < _LONG and is_local(digits, reading.homes)
    return is_local(digits, reading.homes)


def _weak(text: str, run: Run, reading: Reading) -> bool:
    """True if it could also be the number of a thing, or an amount."""
    if _in_pairs(text, reading):
        return False
    return run.size <= _LEAST or (run.size < _LONG and len(run.groups) == 1) or bool(_THOUSANDS.fullmatch(text))


def _in_pairs(text: str, reading: Reading) -> bool:
    """True if written like a local German number: 3 07 14, 88 41 27."""
    return "de" in reading.languages and bool(_PAIRS.fullmatch(text))


def is_of_a_thing(reading: Reading, run: Run) -> bool:
    """Whether a word of its sentence names a thing; a very common word counts only in its clause."""
    short = run.size < _LONG
    anywhere = short and len(run.groups) == 1 and not is_asked(reading, run)
    tiny = run.size < _TINY
    return _thing_before(reading, run.first, tiny, anywhere) or _thing_after(reading, run.last, tiny)


def _thing_before(reading: Reading, first: int, short: bool, anywhere: bool) -> bool:
    until, apart = reading.row[first].start, False
    for place in range(first - 1, max(-1, first - 1 - _BEFORE), -1):
        token = reading.row[place]
        gap = reading.flat.text[token.end : until]
        until = token.start
        if ends_sentence(gap, token):
            return False
        anywhere = anywhere or token.text in words.INSTEAD
        apart = not anywhere and (apart or ends_clause(gap) or token.text in words.ANEW)
        earlier = reading.row[place - 1] if place else None
        known = not is_of_people(reading.row, place)
        if _tells(token, apart, short) and known and (earlier.text if earlier else "", token.text) not in things.IDIOMS:
            return True
        if place == first - 1 and token.text in things.ABOUT:
            return True
        if earlier and short and _is_of_number(reading, place, first):
            return True
    return False


def _is_of_number(reading: Reading, place: int, first: int) -> bool:
    """Whether it is "number" after a word for a thing; a "no" may be a word of its own."""
    token = reading.row[place]
    if not is_number(token) or is_own(reading.row[place - 1]):
        return False
    return token.text != "no" or is_numbered_short(reading.row, place, first, reading.flat)


def _thing_after(reading: Reading, last: int, short: bool) -> bool:
    until, apart = reading.row[last].end, False
    for place in range(last + 1, min(last + 1 + _AFTER, len(reading.row))):
        token = reading.row[place]
        gap = reading.flat.text[until : token.start]
        until = token.end
        if ends_sentence(gap, reading.row[place - 1]) or begins_clause(reading.row, place):
            return False
        apart = apart or ends_clause(gap)
        if not apart and (token.text in words.AMOUNT or token.text in things.DONE):
            return True
        if not apart and (_tells(token, True, short) or token.text.startswith(things.PLACES)):
            return True
    return False


def _tells(token: Token, apart: bool, short: bool) -> bool:
    """A thing that has a number; things often named without one count only in the number's own clause."""
    if token.text in things.FAINT:
        return not apart
    if meaning(token) is not Said.THING or (token.text in things.SHORT and not short):
        return False
    return not apart or token.text not in things.SOFT
