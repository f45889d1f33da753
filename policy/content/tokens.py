"""A folded text as a list of tokens: words, and possible digits of a longer number."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

from policy.content.characters import HAN, Flat
from policy.content.kana import read_aloud
from policy.content.numerals import (
    BEFORE_PRONOUNS,
    BOLD_LOOKS,
    END,
    HOMOPHONES,
    LOOKS,
    PRONOUNS,
    ROOT,
    TIMES,
    Trie,
    fused,
    spelled_with_digits,
)
from policy.content.vocabulary import word_set

_TOKEN = re.compile(rf"([a-z0-9]+)|([{''.join(HAN)}])|[^\W_a-z0-9{''.join(HAN)}]+")
_PARTS = re.compile(r"[0-9]+|[a-z]+")
_JOINT = re.compile(r"[ \-]{0,2}")
#: Words that may be joined to a number without a space.
_GLUE = word_set(
    """
    me is at on my no nr num it here tel ph phone cell mobile call text whatsapp wa sms movil portable handy txt
    """
)
#: So many digits are a number, whatever is joined to them.
_LONG = 9
_TELLING = frozenset({*ROOT, *TIMES, *HOMOPHONES, *PRONOUNS})
_MOST_BOLD = 3
_LEET_END = re.compile(r"(?<=[a-z])\d+$")
_SHORT_LOOKS = re.compile(r"[oilszbgq]\d|\d[oilszbgq]")


class Kind(IntEnum):
    WORD = 0
    PLAIN = 1
    SPELLED = 2
    HAN = 3
    LOOKALIKE = 4
    HOMOPHONE = 5


@dataclass(slots=True, repr=False, eq=False)
class Token:
    text: str
    start: int
    end: int
    kind: Kind = Kind.WORD
    digits: str = ""


def tokens(flat: Flat) -> list[Token]:
    return _phrases(list(_raw(flat.text)), flat.text)


def _raw(text: str) -> Iterator[Token]:
    for match in _TOKEN.finditer(text):
        word, start, end = match[0], match.start(), match.end()
        if word == "n" and text.startswith("°", end):
            yield Token("no", start, end)
        elif match.lastindex == 1:
            if word.isdigit():
                yield Token(word, start, end, Kind.PLAIN, word)
            elif word.isalpha():
                yield _word(word, start, end)
            else:
                yield from _mixed(word, start)
        elif match.lastindex == 2:
            yield Token(word, start, end, Kind.HAN, HAN[word])
        elif word.isascii():
            yield Token(word, start, end)
        else:
            yield from _read_aloud(word, start)


def _read_aloud(word: str, start: int) -> Iterator[Token]:
    """A word without its kana digits, which become separate tokens."""
    after = 0
    for begin, end, digits in read_aloud(word):
        if begin > after:
            yield Token(word[after:begin], start + after, start + begin)
        yield Token(word[begin:end], start + begin, start + end, Kind.SPELLED, digits)
        after = end
    if after < len(word):
        yield Token(word[after:], start + after, start + len(word))


def _word(word: str, start: int, end: int) -> Token:
    digits = fused(word)
    return Token(word, start, end, Kind.SPELLED, digits) if digits else Token(word, start, end)


def _mixed(word: str, start: int) -> Iterator[Token]:
    """Digits and letters written together: a number in disguise, a number glued to a word, or a name such as 4B."""
    spelled = spelled_with_digits(word)
    if spelled:
        yield Token(word, start, start + len(word), Kind.SPELLED, spelled)
        return
    if (cut := _LEET_END.search(word)) and (spelled := spelled_with_digits(word[: cut.start()])):
        yield Token(word[: cut.start()], start, start + cut.start(), Kind.SPELLED, spelled)
        yield Token(cut[0], start + cut.start(), start + len(word), Kind.PLAIN, cut[0])
        return
    parts = [(part[0], start + part.start()) for part in _PARTS.finditer(word)]
    if all(part.isdigit() or part in ROOT or not part.strip("oil") or fused(part) for part, _ in parts):
        yield from (_part(part, at) for part, at in parts)
    elif len(word) < _LONG and (_bold(word) or _SHORT_LOOKS.fullmatch(word)):
        yield Token(word, start, start + len(word), Kind.HOMOPHONE, word.translate(BOLD_LOOKS))
    elif _bold(word):
        yield Token(word, start, start + len(word), Kind.LOOKALIKE, word.translate(BOLD_LOOKS))
    elif all(part in _GLUE or (part.isdigit() and len(part) >= _LONG - 2) for part, _ in parts):
        yield from (_part(part, at) for part, at in parts)
    else:
        yield Token(word, start, start + len(word))


def _part(part: str, at: int) -> Token:
    if part.isdigit():
        return Token(part, at, at + len(part), Kind.PLAIN, part)
    if not part.strip("oil"):
        return Token(part, at, at + len(part), Kind.LOOKALIKE, part.translate(LOOKS))
    return _word(part, at, at + len(part))


def _bold(word: str) -> bool:
    letters = sum(char.isalpha() for char in word)
    return (
        3 <= len(word) <= 16
        and letters <= _MOST_BOLD
        and letters * 2 < len(word)
        and not word.strip("0123456789oilszbgq")
    )


def _phrases(row: list[Token], text: str) -> list[Token]:
    """The tokens, with "ninety-seven" and "double five" as one token each."""
    done: list[Token] = []
    place = 0
    while place < len(row):
        token = row[place]
        if (token.text not in _TELLING and token.text[0] != "o") or (
            token.text in PRONOUNS and place and row[place - 1].text in BEFORE_PRONOUNS
        ):
            done.append(token)
            place += 1
        elif token.kind is Kind.WORD and (token.text in ROOT or token.text in TIMES):
            found, place = _phrase(row, place, text)
            done.append(found)
        else:
            done.append(_homophone(token))
            place += 1
    return done


def _homophone(token: Token) -> Token:
    if token.kind is not Kind.WORD:
        return token
    digits = HOMOPHONES.get(token.text) or ("" if token.text.strip("o") else "0" * len(token.text))
    kind = Kind.LOOKALIKE if len(token.text) > 2 and not token.text.strip("o") else Kind.HOMOPHONE
    return Token(token.text, token.start, token.end, kind, digits) if digits else token


def _phrase(row: list[Token], place: int, text: str) -> tuple[Token, int]:
    first = row[place]
    times = TIMES.get(first.text, 1)
    begin = place + 1 if times > 1 else place
    digits, after = _number(row, begin, text)
    if times > 1 and (len(digits) != 1 or not _near(row, begin, text)):
        return first, place + 1
    if not digits:
        return first, place + 1
    return Token(
        text[first.start : row[after - 1].end], first.start, row[after - 1].end, Kind.SPELLED, digits * times
    ), after


def _number(row: list[Token], place: int, text: str) -> tuple[str, int]:
    """The longest number in words that starts here: its digits and the index after it."""
    if place < len(row) and len(row[place].digits) == 1 and row[place].kind is Kind.PLAIN:
        return row[place].digits, place + 1
    node: Trie = ROOT
    found, after = "", place
    for at in range(place, min(place + 5, len(row))):
        step = node.get(row[at].text)
        if not isinstance(step, dict) or (at > place and not _near(row, at, text)):
            break
        node = step
        if isinstance(node.get(END), str):
            found, after = str(node[END]), at + 1
    return found, after


def _near(row: list[Token], at: int, text: str) -> bool:
    return at < len(row) and bool(_JOINT.fullmatch(text, row[at - 1].end, row[at].start))
