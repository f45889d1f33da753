"""The words with which people end and begin messages, by kind of number.

The carrier acts on its own words, answers them, and blocks the pair or removes the block. Ours must mean the same, or
the carrier would block people without our knowing it. Words that the carrier does not handle are answered by us.

Sources: Twilio, "Support for opt-out keywords" (long codes and toll-free; START, YES and UNSTOP restore; "only
single-word messages will trigger the block"), "Opt-out keyword handling for Toll-Free SMS" (the network restores on
START or UNSTOP), "Customizing HELP/STOP messages" (no word of a short code is handled), Proxy guide "Opt-out keywords"
(stop words, the French ones too, and UNSTOP are not relayed; START, YES, HELP and INFO are). Twilio does not document a
word with punctuation: here it is not a word of the carrier.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from enum import StrEnum
from typing import NamedTuple


class Kind(StrEnum):
    LONG_CODE = "long code"
    TOLL_FREE = "toll-free"
    SHORT_CODE = "short code"


class Keyword(StrEnum):
    """STOP: no more messages. The others: messages again; START and YES are also relayed."""

    STOP = "stop"
    START = "start"
    UNSTOP = "unstop"
    YES = "yes"


class Match(NamedTuple):
    """`answered`: the carrier answers the word itself."""

    word: Keyword
    answered: bool


#: Words with no other meaning, so they count with punctuation and with letters that look alike.
PLAIN_STOP_WORDS = frozenset(("STOP", "STOPALL", "UNSUBSCRIBE", "REVOKE", "OPTOUT"))
#: The others are also said in conversation: "Cancel?", "quit :(".
CARRIER_STOP_WORDS = PLAIN_STOP_WORDS | {"CANCEL", "END", "QUIT"}
#: Proxy's words, which the carrier does not answer.
OTHER_STOP_WORDS = frozenset(("ARRET", "ARRETE", "ARRETT"))
START_WORDS = {word.upper(): word for word in (Keyword.START, Keyword.UNSTOP)}
#: Words that restore messages, by kind of number.
RESTORE_WORDS = {
    Kind.LONG_CODE: {**START_WORDS, "YES": Keyword.YES},
    Kind.TOLL_FREE: START_WORDS,
    Kind.SHORT_CODE: {**START_WORDS, "YES": Keyword.YES},
}
#: Kinds of numbers for which the carrier acts on words and answers them.
CARRIER_HANDLES = frozenset((Kind.LONG_CODE, Kind.TOLL_FREE))

TOLL_FREE = re.compile(r"\+1(?:800|833|844|855|866|877|888)[0-9]{7}", re.ASCII)
#: No keyword is longer, however it is written.
MAX_LENGTH = 64
#: A text with a question mark or an emoticon is for the other person.
CONVERSATION_MARKS = frozenset("?:;=¿")

#: Letters of other scripts that look like Latin letters.
LOOK_ALIKES = str.maketrans(
    "АВЕЅІЈКМНОРСТУХԚԜабеѕіјкмнорстухԛԝΑΒΕΖΗΙΚΜΝΟΡΤΥΧαβεικνορτυχϲոսօհԛIıłɑɡ",
    "ABESIJKMHOPCTYXQWABESIJKMHOPCTYXQWABEZHIKMNOPTYXABEIKVOPTUXCNUOHQIILAG",
)


def kind_of(number: str) -> Kind:
    """The kind of one of our own numbers."""
    if not number.startswith("+"):
        return Kind.SHORT_CODE
    return Kind.TOLL_FREE if TOLL_FREE.fullmatch(number) else Kind.LONG_CODE


def keyword_in(text: str, number: str, own: Collection[str] = ()) -> Match | None:
    """The meaning of a whole message to `number`, or None. `own`: the Service's own stop words, in capitals."""
    if len(text) > MAX_LENGTH:
        return None
    kind, word = kind_of(number), text.strip().upper()
    if word in CARRIER_STOP_WORDS:
        return Match(Keyword.STOP, kind in CARRIER_HANDLES)
    if word in RESTORE_WORDS[kind]:
        return Match(RESTORE_WORDS[kind][word], kind in CARRIER_HANDLES)
    found = _keyword_like(text, own)
    return Match(found, answered=False) if found else None


def _keyword_like(text: str, own: Collection[str]) -> Keyword | None:
    """Words that are not the carrier's, but that a person may mean as one."""
    word = plain(text)
    if CONVERSATION_MARKS & set(unicodedata.normalize("NFKD", text)):
        return None
    if word in PLAIN_STOP_WORDS or word in own or (word in OTHER_STOP_WORDS and _is_one_word(text)):
        return Keyword.STOP
    return Keyword.START if word in START_WORDS else None


def _is_one_word(text: str) -> bool:
    """True for one word without punctuation; accents belong to a word."""
    return all(letter.isalpha() for letter in unicodedata.normalize("NFC", text.strip()))


def plain(text: str) -> str:
    """Only the letters and digits, in capitals, without accents; letters that look alike become Latin ones."""
    decomposed = unicodedata.normalize("NFKD", text.translate(LOOK_ALIKES))
    letters = (letter for letter in decomposed if unicodedata.category(letter)[0] in "LN")
    return "".join(letters).translate(LOOK_ALIKES).upper()
