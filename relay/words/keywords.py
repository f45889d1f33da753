"""The words by which people end and begin messages: the whole text, in any case and spelling that looks like it.

Facts (Proxy guide, "opt-out keywords"): the stopping words are not relayed, nor is UNSTOP; START, YES and HELP are. The
carrier answers a stopping word itself and blocks the pair, so we say nothing.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from enum import StrEnum

STOP_WORDS = frozenset(
    ("STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT", "ARRET", "ARRETE", "ARRETT")
)
START_WORDS = frozenset(("START", "UNSTOP"))
#: Begins messages again, and is nobody else's business.
UNSTOP = "UNSTOP"
#: No such word is longer, however it is spelled.
LONGEST = 64

#: Letters of other scripts that look like ours.
LOOK_ALIKES = str.maketrans(
    "АВЕЅІЈКМНОРСТУХԚԜабеѕіјкмнорстухԛԝΑΒΕΖΗΙΚΜΝΟΡΤΥΧαβεικνορτυχϲոսօհԛIıłɑɡ",
    "ABESIJKMHOPCTYXQWABESIJKMHOPCTYXQWABEZHIKMNOPTYXABEIKVOPTUXCNUOHQIILAG",
)


class Keyword(StrEnum):
    """STOP: no more messages. START: messages again, and the text is relayed. UNSTOP: the same, and it is not."""

    STOP = "stop"
    START = "start"
    UNSTOP = "unstop"


def keyword(text: str, stop_words: Collection[str] = STOP_WORDS) -> Keyword | None:
    """What a whole message means if it is such a word, or None. `stop_words` in capitals."""
    if len(text) > LONGEST:
        return None
    word = plain(text)
    if word == UNSTOP:
        return Keyword.UNSTOP
    if word in stop_words:
        return Keyword.STOP
    return Keyword.START if word in START_WORDS else None


def plain(text: str) -> str:
    """Letters and digits alone, in capitals, without marks; what looks like one of our letters is one."""
    decomposed = unicodedata.normalize("NFKD", text.translate(LOOK_ALIKES))
    letters = (letter for letter in decomposed if unicodedata.category(letter)[0] in "LN")
    return "".join(letters).translate(LOOK_ALIKES).upper()
