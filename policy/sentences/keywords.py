"""The words by which people end and begin messages, by kind of number.

The carrier acts on its own words itself, answers them, and blocks the pair or lifts the block; ours must mean the same,
or people are cut off. Of all other texts it knows nothing, so whoever is heeded for one is answered by us.

Sources: Twilio, "Support for opt-out keywords" (long codes and toll-free; START, YES and UNSTOP restore; "only
single-word messages will trigger the block"), "Opt-out keyword handling for Toll-Free SMS" (the network restores on
START or UNSTOP), "Customizing HELP/STOP messages" (no word of a short code is handled), Proxy guide "Opt-out keywords"
(stopping words are not relayed, the French ones among them, nor is UNSTOP; START, YES, HELP and INFO are). What a mark
behind the word does is said nowhere: then it is no word of the carrier's here.
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
    """STOP: no more messages. The others: messages again, and START and YES are relayed."""

    STOP = "stop"
    START = "start"
    UNSTOP = "unstop"
    YES = "yes"


class Heeded(NamedTuple):
    """`answered`: by the carrier."""

    word: Keyword
    answered: bool


#: Nobody says these for anything else, so a mark or a letter that only looks alike does not matter.
PLAIN_STOP_WORDS = frozenset(("STOP", "STOPALL", "UNSUBSCRIBE", "REVOKE", "OPTOUT"))
#: "Cancel?" and "quit :(" are said to the other person.
STOP_WORDS = PLAIN_STOP_WORDS | {"CANCEL", "END", "QUIT"}
#: Proxy's, which the carrier does not answer.
FRENCH_STOP_WORDS = frozenset(("ARRET", "ARRETE", "ARRETT"))
START_WORDS = {word.upper(): word for word in (Keyword.START, Keyword.UNSTOP)}
#: What restores on each kind of number.
RESTORING = {
    Kind.LONG_CODE: {**START_WORDS, "YES": Keyword.YES},
    Kind.TOLL_FREE: START_WORDS,
    Kind.SHORT_CODE: {**START_WORDS, "YES": Keyword.YES},
}
#: Where the carrier acts on words, and answers them.
CARRIERS = frozenset((Kind.LONG_CODE, Kind.TOLL_FREE))

TOLL_FREE = re.compile(r"\+1(?:800|833|844|855|866|877|888)[0-9]{7}", re.ASCII)
#: No such word is longer, however it is spelled.
LONGEST = 64
#: A question or a face is meant for the other person.
TALK = frozenset("?:;=¿")

#: Letters of other scripts that look like ours.
LOOK_ALIKES = str.maketrans(
    "АВЕЅІЈКМНОРСТУХԚԜабеѕіјкмнорстухԛԝΑΒΕΖΗΙΚΜΝΟΡΤΥΧαβεικνορτυχϲոսօհԛIıłɑɡ",
    "ABESIJKMHOPCTYXQWABESIJKMHOPCTYXQWABEZHIKMNOPTYXABEIKVOPTUXCNUOHQIILAG",
)


def kind_of(number: str) -> Kind:
    """Of one of our own numbers."""
    if not number.startswith("+"):
        return Kind.SHORT_CODE
    return Kind.TOLL_FREE if TOLL_FREE.fullmatch(number) else Kind.LONG_CODE


def heeded(text: str, number: str, own: Collection[str] = ()) -> Heeded | None:
    """What a whole message to `number` means, or None. `own`: the Service's own stopping words, in capitals."""
    if len(text) > LONGEST:
        return None
    kind, word = kind_of(number), text.strip().upper()
    if word in STOP_WORDS:
        return Heeded(Keyword.STOP, kind in CARRIERS)
    if word in RESTORING[kind]:
        return Heeded(RESTORING[kind][word], kind in CARRIERS)
    found = _alike(text, own)
    return Heeded(found, answered=False) if found else None


def _alike(text: str, own: Collection[str]) -> Keyword | None:
    """What the carrier does not take for a word, and a person may mean as one."""
    word = plain(text)
    if TALK & set(unicodedata.normalize("NFKD", text)):
        return None
    if word in PLAIN_STOP_WORDS or word in own or (word in FRENCH_STOP_WORDS and _bare(text)):
        return Keyword.STOP
    return Keyword.START if word in START_WORDS else None


def _bare(text: str) -> bool:
    """One word without any mark; accents are part of it."""
    return all(letter.isalpha() for letter in unicodedata.normalize("NFC", text.strip()))


def plain(text: str) -> str:
    """Letters and digits alone, in capitals, without marks; what looks like one of our letters is one."""
    decomposed = unicodedata.normalize("NFKD", text.translate(LOOK_ALIKES))
    letters = (letter for letter in decomposed if unicodedata.category(letter)[0] in "LN")
    return "".join(letters).translate(LOOK_ALIKES).upper()
