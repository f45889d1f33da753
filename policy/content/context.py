"""What the words before and after a number say that it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import IntEnum

from policy.content import things
from policy.content import vocabulary as words
from policy.content.calls import AT, CALLS, OF_NUMBERS, PEOPLE_ENDS, PHONE_ENDS, PHONES_OWN
from policy.content.characters import Flat
from policy.content.labels import (
    COUNTRIES,
    is_abbreviated,
    is_denied,
    is_initials,
    is_kind_of_number,
    is_labelled,
    is_numbered_kind,
    is_numbered_short,
    is_oblique,
)
from policy.content.registers import REGISTERED_MARKS
from policy.content.tokens import Kind, Token


class Said(IntEnum):
    """The number of a thing, a mentioned thing, nothing, a phone, a card."""

    DIRECT = -2
    THING = -1
    NOTHING = 0
    PHONE = 1
    CARD = 2


#: How many words without meaning here may be between.
_FAR = 5
_NEAR = 3
#: "Call my brother Jo at …"
_NAMED = 2
_SHORTEST_KIND = 3
_MOST_STEPS = 14
_BETWEEN = words.LINKS | COUNTRIES
_STOPS = (". ", "! ", "? ", "\n", "; ", "。", "! ", "!")
_CLAUSES = (",", "、", "(", ")", " - ")


def is_shortened(token: Token) -> bool:
    """True for an abbreviation, whose full stop ends no sentence: "Tel.", "Kundennr."."""
    return token.text in words.SHORTENED or token.text.endswith("nr")


def ends_sentence(gap: str, before: Token) -> bool:
    """True if a sentence ends after the token; a full stop of an abbreviation does not count."""
    return any(stop in gap for stop in _STOPS) and not is_shortened(before)


def ends_clause(gap: str) -> bool:
    return any(stop in gap for stop in _CLAUSES)


def begins_clause(row: Sequence[Token], place: int) -> bool:
    """The "and" of "and I can quote you": a person is the subject of what follows."""
    return row[place].text in words.JOINS and place + 1 < len(row) and row[place + 1].text in words.SUBJECTS


def said_before(row: Sequence[Token], first: int, flat: Flat) -> Said:
    """The nearest word before the number that says what it is."""
    strange = 0
    number = crossed = owned = later = anothers = False
    direct = True
    until = row[first].start
    for place in range(first - 1, max(-1, first - 1 - _MOST_STEPS), -1):
        token = row[place]
        gap = flat.text[token.end : until]
        until = token.start
        crossed = crossed or (any(stop in gap for stop in _STOPS) and not is_shortened(token))
        found = _subject(row, place, first)
        if found is Said.DIRECT or (token.text in words.OWNER and number):
            return Said.DIRECT
        if found in (Said.PHONE, Said.CARD):
            return Said.NOTHING if later and strange else found
        if _pair(row, place) in CALLS:
            return Said.NOTHING if later and strange else Said.PHONE
        later = later or token.text in words.WHEN
        if found is Said.THING:
            if crossed:
                break
            direct = direct or is_labelled(row, first, flat)
            return _thing(token, direct, strange, row[place - 1].text if place else "")
        if number and (token.text in words.JOINS or "," in gap):
            break
        owned = owned or token.text in words.OWNER
        if owned and is_number(token):
            return Said.DIRECT
        if is_number(token) and strange and is_kind_of_number(row, place, first, flat):
            return Said.DIRECT
        anothers = anothers or (
            is_number(token)
            and (strange > 1 or _is_kind(row, place, flat) or is_numbered_short(row, place, first, flat))
        )
        number = number or (is_number(token) and not is_denied(row, place))
        strange += token.text not in words.NEUTRAL and not token.digits and not is_number(token)
        direct = direct and (token.text in _BETWEEN or _has_digits(token) or is_number(token))
        if strange > _FAR:
            break
    return _by_name(row, first, flat, number, anothers)


def _subject(row: Sequence[Token], place: int, first: int) -> Said:
    """The meaning of a word; a place such as the "bank" of "my number at the bank is" has none."""
    found = meaning(row[place])
    if found is Said.PHONE and _is_sent_code(row, place):
        return Said.DIRECT
    if _is_naming(row, place):
        return Said.NOTHING
    if found is not Said.THING:
        return found
    oblique = place < first - 1 and row[place].text in things.SOFT and is_oblique(row, place)
    return Said.NOTHING if oblique or is_of_people(row, place) else found


def _is_naming(row: Sequence[Token], place: int) -> bool:
    """The "call" of "they call it a tax code", and the "digits" of "mine has 10 digits"."""
    if row[place].text == "digits":
        return place > 0 and bool(row[place - 1].digits)
    return row[place].text in words.NAMES and tuple(it.text for it in row[place + 1 : place + 3]) in words.NAMING


def _is_sent_code(row: Sequence[Token], place: int) -> bool:
    """The "texted" of "the code they texted me is": what was sent is not called."""
    if row[place].text not in words.SENT:
        return False
    return any(token.text in things.CODES for token in row[max(0, place - _FAR) : place])


def _has_digits(token: Token) -> bool:
    """A part of a number, with letters or without: the "6A" of "6A 06399"."""
    return bool(token.digits) or (token.text.isascii() and any(map(str.isdigit, token.text)))


def is_of_people(row: Sequence[Token], place: int) -> bool:
    """The "warranty" of "the warranty people", the "pedido" of "el chico del pedido": people are called, not things."""
    if place + 1 < len(row) and row[place + 1].text in words.PEOPLE:
        return True
    if place and row[place - 1].text in words.SERVICES:
        return True
    start = place - 1
    while start > 0 and row[start].text in words.PARTICLES and place - start <= _NAMED:
        start -= 1
    return 0 <= start < place - 1 and row[start].text in words.PEOPLE


def _by_name(row: Sequence[Token], first: int, flat: Flat, number: bool, anothers: bool) -> Said:
    """If no word decides: the form of the words before. `number`: one is "number"; `anothers`: a thing's number."""
    if is_labelled(row, first, flat) or is_initials(row, first, flat):
        return Said.DIRECT
    if not number and is_abbreviated(row, first, flat):
        return Said.THING
    return Said.PHONE if number and not anothers else Said.NOTHING


def is_dialled(row: Sequence[Token], first: int, last: int, flat: Flat) -> bool:
    """Whether the words next to a number say that it is a phone's, and no word says that it is a thing's."""
    after = said_after(row, last, flat)
    if after is Said.PHONE and not _begins_anew(row, last, flat):
        return True
    return after is not Said.THING and _told_before(row, first, flat)


def _begins_anew(row: Sequence[Token], last: int, flat: Flat) -> bool:
    """True for texts like "size 14 by 17, call to confirm"."""
    return "," in flat.text[row[last].end : row[last + 1].start] and meaning(row[last + 1]) is Said.PHONE


def _told_before(row: Sequence[Token], first: int, flat: Flat) -> bool:
    until = row[first].start
    strange, most = 0, _NAMED if first and row[first - 1].text in AT else 0
    for place in range(first - 1, max(-1, first - 2 - _FAR), -1):
        token = row[place]
        gap = flat.text[token.end : until]
        until = token.start
        if any(stop in gap for stop in _STOPS) and not is_shortened(token):
            return False
        if meaning(token) is Said.PHONE or _pair(row, place) in CALLS:
            return True
        if is_number(token):
            return place == 0 or is_own(row[place - 1])
        strange += token.text not in words.NEUTRAL
        if strange > most:
            return False
    return False


def _is_kind(row: Sequence[Token], place: int, flat: Flat) -> bool:
    """True for the "company" of "company number"; a name in "Dave's number" or "mums number" is an owner."""
    if not place or row[place].text not in ("number", "nummer"):
        return False
    before = row[place - 1]
    own = (
        is_own(before) or before.text in words.CALLED or before.text.endswith("s") or len(before.text) < _SHORTEST_KIND
    )
    return not own and flat.original[flat.at[before.start]].islower() and before.text.isalpha()


def is_own(before: Token) -> bool:
    """The word before "number": "my", "new", "phone", but not "lucky"."""
    return before.text in OF_NUMBERS or before.text in words.NEUTRAL or meaning(before) is Said.PHONE


def _pair(row: Sequence[Token], place: int) -> tuple[str, str]:
    return (row[place - 1].text if place else "", row[place].text)


def _thing(token: Token, direct: bool, strange: int, before: str) -> Said:
    if (before, token.text) in things.IDIOMS or token.text in things.SHORT:
        return Said.NOTHING
    if direct:
        return Said.DIRECT
    return Said.NOTHING if token.text in things.SOFT or strange > _NEAR else Said.THING


def said_after(row: Sequence[Token], last: int, flat: Flat) -> Said:
    """The first word that tells, if nothing strange stands before it: "… is my cell"."""
    until = row[last].end
    number = apart = anew = False
    for place in range(last + 1, min(last + 7, len(row))):
        token = row[place]
        gap = flat.text[until : token.start]
        if any(stop in gap for stop in _STOPS):
            break
        anew = anew or begins_clause(row, place)
        if token.text in ("for", "por", "pour", "fur"):
            # "… for texts"
            told = place + 1 < len(row) and meaning(row[place + 1]) is Said.PHONE
            return Said.PHONE if told else Said.NOTHING
        apart = apart or "," in gap or "/" in gap
        until = token.end
        if (
            token.text in words.AMOUNT
            or token.text in things.DONE
            or (token.text in words.OWNER and place - last < 4 and _numbered(row, place))
        ):
            return Said.THING
        found = meaning(token)
        if found is not Said.NOTHING:
            faint = apart or anew or row[place - 1].text in words.NOT
            return Said.NOTHING if faint and found is Said.THING else found
        number = number or (is_number(token) and token.text not in words.NEUTRAL)
        if token.text not in words.NEUTRAL and not is_number(token):
            break
    return Said.PHONE if number else Said.NOTHING


def _numbered(row: Sequence[Token], place: int) -> bool:
    return place + 1 < len(row) and (is_number(row[place + 1]) or row[place + 1].text in things.THING)


def meaning(token: Token) -> Said:
    if token.digits and token.kind is not Kind.HOMOPHONE:
        return Said.NOTHING
    text = token.text
    if text.endswith(PHONE_ENDS) and not _marked(text, REGISTERED_MARKS):
        return Said.PHONE
    if text in words.CARD or _marked(text, words.CARD_MARKS):
        return Said.CARD
    if text in things.THING or text.startswith(things.THING_STEMS):
        return Said.THING
    thing = _mark(text, things.THING_MARKS)
    if thing >= 0 and not text.endswith(PEOPLE_ENDS) and thing >= _mark(text, PHONES_OWN):
        return Said.THING
    if is_numbered_kind(text):
        return Said.THING
    if text in words.PHONE or text.startswith(words.PHONE_STEMS) or _marked(text, words.PHONE_MARKS):
        return Said.PHONE
    if text.endswith(things.THING_ENDS) and len(text) > 6:
        return Said.THING
    return Said.NOTHING


def is_number(token: Token) -> bool:
    return token.text in words.NUMBER or _marked(token.text, words.NUMBER_MARKS)


def _marked(text: str, marks: Iterable[str]) -> bool:
    return not text.isascii() and any(mark in text for mark in marks)


def _mark(text: str, marks: Iterable[str]) -> int:
    """Where the last of them begins; -1 if none does. In scripts without spaces only the last word counts."""
    return -1 if text.isascii() else max(text.rfind(mark) for mark in marks)


def shown(gap: str) -> bool:
    """True for an emoji of a telephone."""
    return not words.EMOJI.isdisjoint(gap)
