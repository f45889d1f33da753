"""Phrases that ask for a call, where no single word does, in the languages that people text in."""

from __future__ import annotations

from typing import Final

from policy.content.characters import fold
from policy.content.vocabulary import PHONE_MARKS, word_set

#: Forms of "call" that count only at the end of a phrase; inside one they begin other words.
PHONE_ENDS: Final = tuple(map(fold, ("打", "拨", "撥", "呼")))

#: Ends of words for people and places that are called about a thing: "予約は会長さん宅", "快递员".
PEOPLE_ENDS: Final = tuple(
    map(fold, ("さん", "様", "宅", "家", "店", "事務所", "事務局", "係", "员", "師傅", "师傅", "小哥", "公司"))
)

#: Directly before a number to call.
AT: Final = word_set("at on al au auf unter no ao sur under to @")
#: Words for one's own number.
OF_NUMBERS: Final = word_set(
    """
    best new old direct private work other personal correct right current home office real main second phone cell
    nuevo nueva personal nouveau nouvelle perso neue neuer neues private novo nova nuovo nuova personale meine
    mein mon ton notre votre mi mis tu su nuestro meu minha nosso mio mia nostro suo sua seu
    """
)
#: Two words that ask for a call.
CALLS: Final = frozenset(
    {
        ("me", "up"),
        ("us", "up"),
        ("find", "me"),
        ("pick", "up"),
        ("picks", "up"),
        ("receptionist", "answers"),
        ("in", "touch"),
        ("office", "line"),
        ("direct", "line"),
        ("phone", "line"),
        ("m", "on"),
        ("am", "on"),
        ("reach", "out"),
        ("mal", "durch"),
        ("mich", "an"),
        ("uns", "an"),
    }
)
#: Signs that mean only a phone: a member has a "番号" too.
PHONES_OWN: Final = tuple(mark for mark in PHONE_MARKS if mark not in map(fold, ("番号は", "号码", "號碼")))
