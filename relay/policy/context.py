"""What the words before and after a number make of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import IntEnum

from relay.policy import vocabulary as words
from relay.policy.characters import Flat
from relay.policy.tokens import Kind, Token


class Said(IntEnum):
    """A thing's own number, a thing mentioned, nothing, a phone, a card."""

    DIRECT = -2
    THING = -1
    NOTHING = 0
    PHONE = 1
    CARD = 2


#: How many words that say nothing may stand between.
_FAR = 5
_NEAR = 3
_MOST_STEPS = 14
_STOPS = (". ", "! ", "? ", "\n", "; ", "。", "! ", "!")


def said_before(row: Sequence[Token], first: int, flat: Flat) -> Said:
    """The nearest word that tells, from the number backwards."""
    strange = 0
    number = crossed = False
    direct = True
    until = row[first].start
    for place in range(first - 1, max(-1, first - 1 - _MOST_STEPS), -1):
        token = row[place]
        gap = flat.text[token.end : until]
        until = token.start
        crossed = crossed or (any(stop in gap for stop in _STOPS) and token.text not in words.SHORTENED)
        found = meaning(token)
        if token.text in words.OWNER and number:
            return Said.DIRECT
        if found in (Said.PHONE, Said.CARD):
            return found
        if found is Said.THING:
            if crossed and (strange or number):
                break
            return _thing(token, direct, strange, row[place - 1].text if place else "")
        if number and (token.text in words.JOINS or "," in gap):
            break
        number = number or _is_number(token)
        strange += token.text not in words.NEUTRAL and not token.digits and not _is_number(token)
        direct = direct and (token.text in words.LINKS or bool(token.digits) or _is_number(token))
        if strange > _FAR:
            break
    return Said.PHONE if number else Said.NOTHING


def _thing(token: Token, direct: bool, strange: int, before: str) -> Said:
    if (before, token.text) in words.IDIOMS or token.text in words.SHORT:
        return Said.NOTHING
    if direct:
        return Said.DIRECT
    return Said.NOTHING if token.text in words.SOFT or strange > _NEAR else Said.THING


def said_after(row: Sequence[Token], last: int, flat: Flat) -> Said:
    """The first word that tells, if nothing strange stands before it: "… is my cell"."""
    until = row[last].end
    number = apart = False
    for place in range(last + 1, min(last + 7, len(row))):
        token = row[place]
        gap = flat.text[until : token.start]
        if any(stop in gap for stop in _STOPS) or token.text in ("for", "por", "pour", "fur"):
            break
        apart = apart or "," in gap or "/" in gap
        until = token.end
        if token.text in words.AMOUNT or (token.text in words.OWNER and place - last < 4 and _numbered(row, place)):
            return Said.THING
        found = meaning(token)
        if found is not Said.NOTHING:
            return Said.NOTHING if apart and found is Said.THING else found
        number = number or _is_number(token)
        if token.text not in words.NEUTRAL and not _is_number(token):
            break
    return Said.PHONE if number else Said.NOTHING


def _numbered(row: Sequence[Token], place: int) -> bool:
    return place + 1 < len(row) and (_is_number(row[place + 1]) or row[place + 1].text in words.THING)


def meaning(token: Token) -> Said:
    if token.digits and token.kind is not Kind.HOMOPHONE:
        return Said.NOTHING
    text = token.text
    if text in words.CARD or _marked(text, words.CARD_MARKS):
        return Said.CARD
    if text in words.THING or text.startswith(words.THING_STEMS) or _marked(text, words.THING_MARKS):
        return Said.THING
    if text in words.PHONE or text.startswith(words.PHONE_STEMS) or _marked(text, words.PHONE_MARKS):
        return Said.PHONE
    if text.endswith(("nummer", "nr")) and len(text) > 6:
        return Said.THING
    return Said.NOTHING


def _is_number(token: Token) -> bool:
    return token.text in words.NUMBER or _marked(token.text, words.NUMBER_MARKS)


def _marked(text: str, marks: Iterable[str]) -> bool:
    return not text.isascii() and any(mark in text for mark in marks)


def shown(gap: str) -> bool:
    """A picture of a telephone."""
    return not words.EMOJI.isdisjoint(gap)
