"""A Service's rules for its messages, and the findings in one. Neither ever contains a found value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import Final

#: How many earlier messages are read, and how many characters at the end of each.
MOST_BEFORE: Final = 12
MOST_OF_EACH: Final = 400


class Category(StrEnum):
    PHONE = "phone"
    CARD = "card"
    EMAIL = "email"
    PROFANITY = "profanity"


class Mode(IntEnum):
    """What is done with a message, from the mildest action to the strongest."""

    OFF = 0
    FLAG = 1
    MASK = 2
    BLOCK = 3


@dataclass(frozen=True, slots=True)
class ContentRules:
    phone: Mode = Mode.OFF
    card: Mode = Mode.OFF
    email: Mode = Mode.OFF
    profanity: Mode = Mode.OFF
    #: Languages of the word lists used for profanity.
    languages: tuple[str, ...] = ("en",)
    #: Language -> the Service's own list, which replaces ours; in the format of the files in words/.
    lists: Mapping[str, str] = field(default_factory=dict, repr=False, hash=False)
    #: Never reported: a phone or card number, an address, a domain as "@shop.example", a word.
    allowed: tuple[str, ...] = field(default=(), repr=False)
    cover: str = "•••"

    def mode(self, category: Category) -> Mode:
        return (self.phone, self.card, self.email, self.profanity)[_ORDER[category]]


_ORDER = {category: place for place, category in enumerate(Category)}


@dataclass(frozen=True, slots=True)
class Finding:
    category: Category
    #: Positions in the examined text, at borders of graphemes.
    start: int
    end: int
    #: How many earlier messages contain its beginning.
    earlier: int = 0


@dataclass(frozen=True, slots=True)
class Verdict:
    findings: tuple[Finding, ...]
    action: Mode
    #: The text with the findings masked; all else is unchanged.
    masked: str = field(repr=False)
