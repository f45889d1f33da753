"""Words directly before a number that name it, recognised by form and grammar, not by a list."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from policy.content import vocabulary as words
from policy.content.calls import OF_NUMBERS
from policy.content.characters import Flat, fold
from policy.content.dialable import REGIONS, is_of_country
from policy.content.tokens import Token

#: Capitals such as ABN, RUC or SV are the name of a register.
_SHORTEST, _LONGEST = 2, 6
_SHORT: Final = ("nr", "num", "nbr")
_MOST_LINKS = 3
#: So long a name of letters and digits goes on after a space: "33XYZ 0491 5701".
_LONG_NAME = 5
COUNTRIES: Final = frozenset(region.lower() for region in (*REGIONS.split(), "UK", "USA", "UAE", "EU"))
_OF: Final = frozenset({"de", "of", "d"})
_AT: Final = words.word_set(
    "at in from near by inside outside chez dans devant bei beim im am in vor en desde no na em"
)
_NUMBERED: Final = re.compile(f"([^の的]+)(?:番号|号码|號碼|(?<!番)[号號])[{fold('はが')}是为為]?$")
_OWN: Final = re.compile(
    "|".join(
        fold(
            """
            电话 電話 手机 手機 携帯 でんわ 联系 聯 联络 連絡 微信 座机 固话 热线 熱線 专线
            直通 直拨 传真 客服 同 新 旧 老 我 你 您 他 她 咱 私 僕 俺 彼 母 父 妈 爸 家
            店 公司 会社 自宅 実家 代表 フリー 本人 这 那 個 个 大号 小号 下の この その
            """
        ).split()
    )
)
#: Country codes in capitals that are more often a word.
_ALSO_WORDS: Final = frozenset({"no", "in", "at", "do"})
_LEAST_OF_COUNTRY = 9
_VOWELS: Final = re.compile(r"[aeiouy]")
_PHONES_SHORT: Final = frozenset({"mb", "mbl", "mbr", "cntct", "cnt", "ctc", "phn", "hp", "wp", "wtsp", "whtsp"})
_HAVING: Final = frozenset({"have", "has", "had", "got", "there", "need", "needs"})
#: Words for a place where people are called.
_PLACES: Final = words.word_set(
    "casa trabajo trabalho travail maison bureau emergencia emergencias urgence urgences urgencias"
)


def is_labelled(row: Sequence[Token], first: int, flat: Flat) -> bool:
    """Whether a name in capitals, or "… number" of an unknown kind, stands right before the number."""
    until, numbered = row[first].start, False
    if first and _is_mixed(row[first - 1]) and _joins_name(row[first - 1], flat.text[row[first - 1].end : until]):
        return True
    if is_of_no_such_country(row, first, flat):
        return True
    for place in range(first - 1, max(-1, first - 2 - _MOST_LINKS), -1):
        token = row[place]
        gap = flat.text[token.end : until]
        until = token.start
        if "," in gap or "\n" in gap or (". " in gap.replace(". :", "") and token.text not in words.SHORTENED):
            return False
        if token.text in words.NUMBER:
            numbered = True
        elif numbered or (token.text not in words.LINKS and token.text not in COUNTRIES):
            return _is_acronym(token, flat) or (numbered and _is_kind(row, place, flat))
    return False


def is_of_no_such_country(row: Sequence[Token], first: int, flat: Flat) -> bool:
    """Whether a country code in capitals begins the number, as in a tax number, and no phone there is like it."""
    code = row[first - 1]
    if not first or code.text not in COUNTRIES or code.text in _ALSO_WORDS:
        return False
    begin, end = flat.span(code.start, code.end)
    if not flat.original[begin:end].isupper() or _is_shouted(flat.original):
        return False
    digits, until = "", code.end
    for token in row[first:]:
        if not token.digits or token.start - until > 1:
            break
        digits, until = digits + token.digits, token.end
    return len(digits) >= _LEAST_OF_COUNTRY and not is_of_country(digits, code.text.upper())


def is_denied(row: Sequence[Token], place: int) -> bool:
    """The "no" of "there's no", "we have no", which is not short for "number"."""
    if row[place].text != "no" or not place:
        return False
    before = row[place - 1].text
    return before in _HAVING or (before in ("s", "is", "was", "are") and place > 1 and row[place - 2].text == "there")


def is_numbered_short(row: Sequence[Token], place: int, first: int, flat: Flat) -> bool:
    """The "lease" of "lease no. 447 …": a kind of thing before a shortened "number"."""
    if row[place].text != "no" or place != first - 1 or not place or flat.text[row[place].end] != ".":
        return False
    kind = row[place - 1]
    lower = flat.original[flat.at[kind.start]].islower() and flat.text[kind.end : row[place].start] == " "
    return lower and kind.text.isalpha() and len(kind.text) > 2 and not _is_somebodys(kind)


def is_initials(row: Sequence[Token], first: int, flat: Flat) -> bool:
    """Whether letters without a vowel stand before "no", as for a document: "dl no 0482 …"."""
    if first < 2 or row[first - 1].text not in ("no", "num", "nr", "number"):
        return False
    kind = row[first - 2]
    short = 2 <= len(kind.text) <= 4 and kind.text.isascii() and kind.text.isalpha() and not _VOWELS.search(kind.text)
    joined = flat.text[kind.end : row[first - 1].start] in (" ", "-", ". ", "/")
    return short and joined and kind.text not in _PHONES_SHORT and not _is_somebodys(kind)


def _is_somebodys(kind: Token) -> bool:
    known = kind.text in OF_NUMBERS or kind.text in words.NEUTRAL or kind.text in words.CALLED
    return known or kind.text in words.PHONE or kind.text.endswith("s") or kind.text in words.CHAT


def is_abbreviated(row: Sequence[Token], first: int, flat: Flat) -> bool:
    """Whether a name in capitals and one more word precede the number: "CFE servicio 441 …"."""
    if first < 2 or flat.text[row[first - 2].end : row[first].start].count(" ") > 2:
        return False
    gaps = flat.text[row[first - 2].end : row[first - 1].start], flat.text[row[first - 1].end : row[first].start]
    plain = row[first - 1].text.isalpha() and row[first - 1].text not in words.NEUTRAL
    return gaps == (" ", " ") and plain and _is_acronym(row[first - 2], flat)


def is_numbered_kind(text: str) -> bool:
    """Whether "number" follows a name of a thing, in scripts without spaces: "学号", "会員番号は"."""
    if text.isascii():
        return False
    found = _NUMBERED.search(text)
    return bool(found and found[1] and not _OWN.search(found[1]))


def _is_acronym(token: Token, flat: Flat) -> bool:
    """True unless all letters are capitals."""
    text = token.text
    if not (_SHORTEST <= len(text) <= _LONGEST and text.isascii() and text.isalpha()):
        return False
    if text in words.PHONE or text in words.NEUTRAL or text in COUNTRIES or text in words.WHEN:
        return False
    begin, end = flat.span(token.start, token.end)
    return flat.original[begin:end].isupper() and not _is_shouted(flat.original)


def _is_mixed(token: Token) -> bool:
    """The beginning of a longer name, such as the "ISBN4" of "ISBN4-06-182983-7"."""
    return not token.digits and not token.text.isalpha() and token.text.isascii()


def _joins_name(token: Token, gap: str) -> bool:
    return gap in ("-", "/") or (gap == " " and len(token.text) >= _LONG_NAME)


def is_lettered(row: Sequence[Token], last: int, flat: Flat) -> bool:
    """Whether a single capital goes on with the digits: "12 150780 J 123", "28 12 34 56 C"."""
    if last + 1 >= len(row):
        return False
    token = row[last + 1]
    if len(token.text) > 1 or not token.text.isalpha() or not token.text.isascii():
        return False
    near = flat.text[row[last].end : token.start] in ("", " ", "-")
    begin, end = flat.span(token.start, token.end)
    alone = (
        last + 2 == len(row) or bool(row[last + 2].digits) or flat.text[token.end : token.end + 1] in (",", ".", ")")
    )
    return near and alone and flat.original[begin:end].isupper() and not _is_shouted(flat.original)


def _is_shouted(original: str) -> bool:
    return original.isascii() and original.isupper()


def _is_kind(row: Sequence[Token], place: int, flat: Flat) -> bool:
    """The "SV" of "SV-Nummer" and the "org" of "org nr": joined to "number" by a hyphen, or to a shortened one."""
    token, after = row[place], row[place + 1]
    gap = flat.text[token.end : after.start]
    short = after.text in _SHORT
    joined = gap.endswith("-") or (gap == " " and short and token.text not in words.NEUTRAL)
    return (
        joined
        and len(token.text) > 1
        and token.text not in OF_NUMBERS
        and token.text not in words.PHONE
        and token.text.isalpha()
    )


def is_oblique(row: Sequence[Token], place: int) -> bool:
    """The "bank" of "my number at the bank is": behind a preposition it is not what the number names."""
    return place > 1 and not _AT.isdisjoint((row[place - 1].text, row[place - 2].text))


def is_kind_of_number(row: Sequence[Token], place: int, first: int, flat: Flat) -> bool:
    """The "socio" of "número de socio" and the "servicio" of "no. servicio": without an article, and no name."""
    if place + 2 == first and flat.text[row[place].end : row[place + 1].start] in (". ", "."):
        kind = row[place + 1]
    elif place + 2 < first and row[place + 1].text in _OF:
        kind = row[place + 2]
    else:
        return False
    if not kind.text.isalpha() or kind.text in words.NEUTRAL or kind.text in OF_NUMBERS or kind.text in _PLACES:
        return False
    return kind.text not in words.PHONE and flat.original[flat.at[kind.start]].islower()
