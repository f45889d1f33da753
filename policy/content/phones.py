"""Whether a run of digits is a telephone number."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from typing import Final

from policy.content.bare import is_among_codes, is_bare_phone, is_named, is_next_door, is_of_a_thing, without_article
from policy.content.candidates import Candidate, beginning
from policy.content.codes import is_code, is_code_for_sure
from policy.content.context import Said, is_dialled, said_after, said_before, shown
from policy.content.dialable import is_called_from_abroad, is_local, is_mobile
from policy.content.pieces import in_pieces
from policy.content.references import stands_for_thing
from policy.content.runs import Reading, Run

_NEXT_DOOR, _LEAST, _LONG = 5, 6, 9
#: National forms: the digits, and the lengths of the groups in which they are written.
_NATIONAL: Final = tuple(
    (re.compile(digits), re.compile(groups))
    for digits, groups in (
        (r"1?[2-9]\d\d[2-9]\d{6}", r"1?-?(?:10|3-3-4|3-7|6-4|3-3-2-2|3-4-3|3-3-1-3|3-2-2-3|3-1-2-4)|11|4-3-4|4-7|7-4"),
        (r"116(?:000|006|111|116|117|123)", r"3-3|6"),
        (r"1[3-9]\d{9}", r"11|3-4-4|3-8|3-3-5|7-4|3-3-3-2"),
        (r"0[1-9]\d{7,11}", r"(?:\d|1[0-2]|[2-9])(?:-[1-8]){0,5}"),
        (r"[2679]\d{8}", r"9|3-3-3|3-2-2-2|3-6|2-3-2-2|2-7|3-2-4|2-3-4"),
        (r"[1-9][1-9]9\d{8}", r"11|2-5-4|2-9|2-1-4-4|7-4|2-3-3-3|2-4-5"),
        (r"[6-9]\d{9}", r"10|5-5"),
        (r"[78][3489]\d{9}", r"11|1-3-3-2-2|1-3-7|1-10|1-3-3-4"),
        (r"[2-9]\d{9}", r"2-4-4"),
        (r"15[2-7]\d{6,7}", r"2-4-4|2-3-4|2-8|2-7"),
        (
            r"(?:44[1-37]\d{9}|33[1-79]\d{8}|34[679]\d{8}|491[5-7]\d{8,9}|351[29]\d{8}|55[1-9]\d9?\d{8}|861[3-9]\d{9}|91[6-9]\d{9}|"
            r"81[789]0\d{8}|521?\d{10}|61[2-478]\d{8}|39[03]\d{8,9}|7[349]\d{9}|316\d{8}|9715\d{8}|6[0356]\d{8,10}|85[235]\d{8,9}|90[5]\d{9})",
            r"1[0-3]|[1-3](?:-[1-9]){1,5}",
        ),
    )
)
_PAREN: Final = re.compile(r"[2-5]-[2-8](?:-[2-5]){0,2}")
#: Numbers of employers in the United States: 84-2205519.
_EMPLOYER: Final = re.compile(r"[1-9]\d{8}")
#: The fewest digits of 00, a country code and a number.
_ABROAD: Final = 10
#: The form in which card numbers of any kind are printed.
_CARD: Final = re.compile(r"4-4-4(?:-[1-4])?")
#: Numbers that are free to call: of North America, Australia, China, Spain, Italy and Portugal.
_FREE: Final = re.compile(r"1?8(?:00|33|44|55|66|77|88)\d{7}|1[38]00\d{6}|400\d{7}|(?:90[012]|80[08])\d{6}")
_FREE_GROUPS: Final = re.compile(r"(?:1-)?3-3-4|4-3-3|3-4-3|3-3-3|3-2-2-2")
_LOCAL: Final = re.compile(r"3-4|3-2-2|4-4|2-2-2-2|4-2-2|3-5|2-3-3|2-6|1-3-4|4-3|2-2-3|3-3-2|7|8")
_MOST_GROUPS = 7
#: Fewer digits are no card number.
_LEAST_CARD = 8
#: French numbers have five pairs; more pairs in rising order are lottery numbers.
_MOST_PAIRS = 5
_MOST_LOCAL_GROUPS = 4
_OPENING: Final = re.compile(r"(?:\+ ?\(?|\()$")


def phones(reading: Reading, bare: bool = True) -> Iterator[tuple[int, int, str]]:
    """Start, end in the folded text, and the digits, of each; `bare`: also of those that nothing says are one."""
    found = list(_in_runs(reading, bare))
    if not found and bare and (number := in_pieces(reading)):
        found.append(number)
    yield from found


def _in_runs(reading: Reading, bare: bool) -> Iterator[tuple[int, int, str]]:
    alone = reading.words <= 1
    for run in reading.runs:
        if run.size == _NEXT_DOOR and bare and is_next_door(reading, run):
            it = Candidate(run.groups, run.plus, False, True)
            yield _opening(reading.flat.text, it), run.groups[-1].end, it.digits
        if run.size >= _LEAST and not is_code_for_sure(run, reading.flat):
            said = about(reading, run)
            if said is Said.NOTHING and stands_for_thing(reading, run):
                said = Said.DIRECT
            if said is not Said.PHONE and is_code(run, reading.flat):
                continue
            found = list(_in_run(reading, run, said, alone))
            yield from found if found or not bare else _bare(reading, run, said)


def _bare(reading: Reading, run: Run, said: Said) -> Iterator[tuple[int, int, str]]:
    run = without_article(run)
    if run.size < _LEAST:
        return
    it = Candidate(run.groups, run.plus, False, True)
    if said in (Said.NOTHING, Said.PHONE) and not _idle(it.digits, it, said, False) and is_bare_phone(reading, run):
        yield _opening(reading.flat.text, it), run.groups[-1].end, it.digits


def _in_run(reading: Reading, run: Run, said: Said, alone: bool) -> Iterator[tuple[int, int, str]]:
    told = said is Said.PHONE and is_dialled(reading.row, run.first, run.last, reading.flat)
    named = said is Said.NOTHING and is_named(reading, run)
    first = free = 0
    while first < len(run.groups):
        those = (it for it in beginning(reading, run, first, free) if is_phone(it, said, alone, told))
        found = next((it for it in those if said > Said.NOTHING or _is_near(reading, run, it, said, named)), None)
        if found is None:
            first += 1
            continue
        yield _opening(reading.flat.text, found), found.groups[-1].end, found.digits
        first = free = first + len(found.groups)


def _is_near(reading: Reading, run: Run, it: Candidate, said: Said, named: bool) -> bool:
    """For a number that no word calls a phone: valid in the text's own country, or written like a phone number."""
    if it.plus or it.disguised or it.kept_apart or it.digits.startswith("00"):
        return True
    if _rises(it) and "fr" not in reading.languages and reading.homes:
        return False
    local = is_local(it.digits, reading.homes)
    if said is not Said.NOTHING:
        return local or it.paren
    if len(it.groups) == 1:
        return (
            local and not (named and not is_mobile(it.digits, reading.homes)) and not is_among_codes(reading, it.pieces)
        )
    return local or (not reading.homes and not (named or is_of_a_thing(reading, run)))


def _rises(it: Candidate) -> bool:
    """True for pairs in rising order, as in lottery numbers."""
    parts = [group.digits for group in it.groups]
    return all(len(part) == 2 for part in parts) and all(a < b for a, b in itertools.pairwise(parts))


def _opening(text: str, found: Candidate) -> int:
    """Including a plus or bracket before the digits."""
    start = found.groups[0].start
    lead = _OPENING.search(text, max(0, start - 4), start)
    return lead.start() if lead else start


def about(reading: Reading, run: Run) -> Said:
    start, end = run.groups[0].start, run.groups[-1].end
    text = reading.flat.text
    if shown(text[max(0, start - 6) : start]):
        return Said.PHONE
    before = said_before(reading.row, run.first, reading.flat)
    if before is Said.CARD and run.size < _LEAST_CARD:
        before = Said.NOTHING
    if end == len(text) or before not in (Said.NOTHING, Said.THING):
        return before
    after = said_after(reading.row, run.last, reading.flat)
    if before is Said.THING:
        return Said.NOTHING if after is Said.PHONE else before
    return after


def is_phone(it: Candidate, said: Said, alone: bool, told: bool = False) -> bool:
    """`alone`: almost no words around it; `told`: the words next to it say that it is a phone number."""
    digits = it.digits
    abroad = it.plus or (digits.startswith(("00", "011")) and said > Said.THING and it.first)
    if abroad and _international(digits, it.plus):
        return True
    if said is not Said.PHONE and not it.disguised and _CARD.fullmatch(it.form):
        return False
    if said is not Said.PHONE and _EMPLOYER.fullmatch(digits) and it.form == "2-7" and it.groups[1].gap == "-":
        return False
    if said is not Said.PHONE and len(digits) >= _LONG and len(it.groups[-1].digits) == 1 and it.groups[-1].gap == "-":
        return False
    if len(digits) > 13 or _idle(digits, it, said, told):
        return False
    if said is Said.DIRECT:
        return it.paren and it.whole and _national(it) and any(")" in group.gap for group in it.groups)
    if said is Said.THING and it.whole and _FREE.fullmatch(digits) and _FREE_GROUPS.fullmatch(it.form):
        return True
    if said in (Said.THING, Said.CARD):
        return it.whole and _national(it) and (it.paren or digits[0] == "0") and len(it.groups) > 1
    if _spelled(it, said, alone) or _by_form(it, said, alone):
        return True
    return said is Said.PHONE and it.whole and _called(it, told)


def _international(digits: str, plus: bool) -> bool:
    number = digits.removeprefix("011" if digits.startswith("011") and not plus else "00")
    known = is_called_from_abroad(number, strict=not plus)
    return known and (8 if plus else _ABROAD) <= len(number) <= 15 and len(set(number)) > 2


def _idle(digits: str, it: Candidate, said: Said, told: bool) -> bool:
    """Counting, zeros, lists, years: digits that are no phone number."""
    if len(set(digits)) <= 1 or (digits.endswith("00000") and said is not Said.PHONE):
        return True
    if len(digits) < _LONG and len(it.groups) == 1 and digits.startswith("00") and not it.disguised:
        return True
    heard = sum(group.heard for group in it.groups)
    counted = _counted(digits) and (len(it.groups) == 1 or not _national(it))
    if said is not Said.PHONE and (counted or heard * 3 >= len(digits)):
        return True
    return len(it.groups) > 2 and _listed([group.digits for group in it.groups], it, said, told)


def _counted(digits: str) -> bool:
    """True if each digit is one more, or one less, than the digit before; "10" may be at an end."""
    steps = [int(b) - int(a) for a, b in itertools.pairwise(digits)]
    if len(digits) < _LONG:
        return len(set(steps)) == 1
    return len(set(steps[2:-2])) == 1 and steps[2] in (1, -1) and digits.removeprefix("10")[:1] in "1239"


def _listed(parts: list[str], it: Candidate, said: Said, told: bool) -> bool:
    if all(len(part) == 4 and part[:2] in ("19", "20") for part in parts):
        return True
    if said is not Said.PHONE and not it.disguised and all("," in group.gap for group in it.groups[1:]):
        return True
    values = [int(part) for part in parts]
    if len(parts) > _MOST_PAIRS and not told and all(len(part) < 3 for part in parts) and len(set(map(len, parts))) < 3:
        return all(a < b for a, b in itertools.pairwise(values))
    rising = all(a < b for a, b in itertools.pairwise(values))
    return rising and not told and len(parts) > 3 and parts[0][0] != "0" and max(map(len, parts)) < 4


def _national(it: Candidate) -> bool:
    digits, form = it.digits, it.form
    return any(shape.fullmatch(digits) and groups.fullmatch(form) for shape, groups in _NATIONAL)


def _national_digits(digits: str) -> bool:
    return any(shape.fullmatch(digits) for shape, _ in _NATIONAL)


def _spelled(it: Candidate, said: Said, alone: bool) -> bool:
    """True for disguised digits: people disguise a number only if it is to be dialled."""
    size = len(it.digits)
    if not it.whole and size < 9:
        return False
    if it.disguised >= 3 and (it.disguised * 2 >= size or size >= 9):
        return True
    return it.kept_apart and (size >= 9 or said is Said.PHONE or alone)


def _by_form(it: Candidate, said: Said, alone: bool) -> bool:
    if alone and it.whole and len(it.digits) >= 10 and len(it.groups) <= 3 and _national_digits(it.digits):
        return True
    if not _national(it):
        return it.paren and 9 <= len(it.digits) <= 11 and bool(_PAREN.fullmatch(it.form))
    if it.form in ("2-4-4", "9", "3-6", "2-7") and it.digits[0] != "0":
        return said is Said.PHONE or alone or it.paren
    dots = all(group.gap.strip() in (".", ",") for group in it.groups[1:])
    if it.form == "3-3-3" and dots:
        return said is Said.PHONE or alone
    return True


def _called(it: Candidate, told: bool) -> bool:
    """For a number that a word says to dial: any form except a list; for a short number the word must be next to it.

    Six digits are the shortest local numbers in many countries (phonenumbers' local-only lengths).
    """
    size = len(it.digits)
    if size <= 8:
        loose = told and len(it.groups) <= _MOST_LOCAL_GROUPS
        return (loose or bool(_LOCAL.fullmatch(it.form))) and not _years(it)
    return len(it.groups) <= _MOST_GROUPS


def _years(it: Candidate) -> bool:
    return len(it.groups) > 1 and all(len(part.digits) == 4 and part.digits[:2] in ("19", "20") for part in it.groups)
