"""The content policy: finds in a message what its Service does not allow."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Final

from policy.content.cards import cards
from policy.content.characters import HAN, Flat, flatten, fold
from policy.content.emails import emails, may_hold
from policy.content.kana import count
from policy.content.masking import masked
from policy.content.numerals import PHRASES, fused
from policy.content.phones import phones
from policy.content.profanity import profanities, word_list
from policy.content.rules import MOST_BEFORE, MOST_OF_EACH, Category, ContentRules, Finding, Mode, Verdict
from policy.content.runs import Reading, read
from policy.content.split import split
from policy.content.vanity import LIKELY, lettered

#: Fewer digits than this are never a number.
LEAST: Final = 5
_WORD: Final = re.compile(r"[a-z]+")
_FIRST_WORDS: Final = frozenset(phrase.split()[0] for phrase in PHRASES)
_HAN: Final = re.compile(f"[{''.join(HAN)}]")
_LETTERED: Final = re.compile(r"[0-9][oilsbzgq]|[oilsbzgq][0-9]")
_DIGIT: Final = re.compile(r"[0-9]")

#: Category, start, end, digits, earlier messages.
Number = tuple[Category, int, int, str, int]


def examine(text: str, before: Iterable[str], rules: ContentRules, countries: tuple[str, ...] = ()) -> Verdict:
    """The findings in the text. `before`: the same sender's last messages to the same partner, newest last.
    `countries`: of the sender and of the number, ISO codes; people write numbers of these without a country code.

    They are read only if this text could contain the end of a number.
    """
    flat = flatten(text)
    found = sorted(_findings(flat, before, rules, countries), key=lambda item: item.start)
    hidden = [item for item in found if rules.mode(item.category) >= Mode.MASK]
    action = max((rules.mode(item.category) for item in found), default=Mode.OFF)
    return Verdict(tuple(found), action, masked(text, hidden, rules.cover))


def _findings(flat: Flat, before: Iterable[str], rules: ContentRules, countries: tuple[str, ...]) -> Iterator[Finding]:
    digits, addresses, words = _allowed(rules.allowed)
    taken: list[tuple[int, int]] = []
    if rules.email and may_hold(flat.text):
        for start, end, address in emails(flat):
            taken.append((start, end))
            if not _is_allowed_address(address, addresses):
                yield _finding(flat, Category.EMAIL, start, end)
    if (rules.phone or rules.card) and (hints := _hints(flat.text)):
        for category, start, end, number, earlier in _numbers(flat, before, rules, countries, hints):
            if not _overlaps(taken, start, end) and not _is_allowed_number(number, digits):
                yield _finding(flat, category, start, end, earlier)
    if rules.profanity:
        for start, end in profanities(flat, word_list(rules.languages, rules.lists, words)):
            yield _finding(flat, Category.PROFANITY, start, end)


def _finding(flat: Flat, category: Category, start: int, end: int, earlier: int = 0) -> Finding:
    return Finding(category, *flat.span(start, end), earlier)


def _numbers(
    flat: Flat, before: Iterable[str], rules: ContentRules, countries: tuple[str, ...], hints: int
) -> Iterator[Number]:
    reading = read(flat, rules.languages, countries)
    taken: list[tuple[int, int]] = []
    part = split(reading, _earlier(before, hints))
    if hints >= LEAST:
        for category, start, end, number in _whole(reading, part is None):
            taken.append((start, end))
            if rules.mode(category):
                yield category, start, end, number, 0
    if part and rules.mode(part.category) and not _overlaps(taken, part.start, part.end):
        yield part.category, part.start, part.end, part.digits, part.earlier


def _whole(reading: Reading, bare: bool = True) -> list[tuple[Category, int, int, str]]:
    """A card number is never also reported as a phone number."""
    found = [(Category.CARD, *card) for card in cards(reading)]
    spans = [(start, end) for _, start, end, _ in found]
    numbers = sorted([*phones(reading, bare), *lettered(reading)])
    others = _apart([(Category.PHONE, *phone) for phone in numbers if not _overlaps(spans, phone[0], phone[1])])
    return sorted([*found, *others], key=lambda item: item[1])


def _apart(found: list[tuple[Category, int, int, str]]) -> Iterator[tuple[Category, int, int, str]]:
    """Of findings that overlap, only the first."""
    after = 0
    for number in found:
        if number[1] >= after:
            yield number
            after = number[2]


def _earlier(before: Iterable[str], hints: int) -> Iterator[Reading]:
    """Newest first."""
    earlier = [flatten(text[-MOST_OF_EACH:]) for text in reversed(list(before)[-MOST_BEFORE:])]
    if hints + sum(_hints(flat.text) for flat in earlier) >= LEAST:
        yield from (_open(read(flat)) for flat in earlier)


def _open(reading: Reading) -> Reading:
    """Without the runs that are already found as a number."""
    spans = [(start, end) for _, start, end, _ in _whole(reading, False)]
    left = [run for run in reading.runs if not _overlaps(spans, run.groups[0].start, run.groups[-1].end)]
    return Reading(reading.flat, reading.row, left)


def _overlaps(spans: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    """`spans`: sorted, without overlaps."""
    place = bisect_left(spans, (end, 0))
    return place > 0 and spans[place - 1][1] > start


def _hints(text: str) -> int:
    """About how many digits the text may contain; a word for several digits counts as several."""
    found = len(_DIGIT.findall(text))
    if _LETTERED.search(text):
        found *= 3
    words = _WORD.findall(text)
    if not _FIRST_WORDS.isdisjoint(words):
        found += sum(2 for word in words if word in _FIRST_WORDS)
    if found and LIKELY.search(text):
        found += LEAST
    if not text.isascii():
        found += len(_HAN.findall(text)) + count(text)
    return found + LEAST if any(len(word) > 8 and fused(word) for word in words) else found


@lru_cache(maxsize=256)
def _allowed(entries: tuple[str, ...]) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Compares numbers by their digits, addresses and words as text."""
    folded = [fold(entry.strip()) for entry in entries]
    addresses = frozenset(entry for entry in folded if "@" in entry)
    rest = [entry for entry in folded if "@" not in entry]
    digits = {entry: "".join(_DIGIT.findall(entry)) for entry in rest}
    return (
        frozenset(number for number in digits.values() if number),
        addresses,
        frozenset(entry for entry in rest if not digits[entry]),
    )


def _is_allowed_address(address: str, addresses: frozenset[str]) -> bool:
    return address in addresses or "@" + address.partition("@")[2] in addresses


def _is_allowed_number(number: str, numbers: frozenset[str]) -> bool:
    """With or without the country code and the trunk prefix 0."""
    return number in numbers or any(number[-9:] == known[-9:] for known in numbers if min(len(number), len(known)) >= 9)
