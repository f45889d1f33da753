"""What a Service asks of its messages, and what was found in one. Neither ever holds a value that was found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum


class Category(StrEnum):
    PHONE = "phone"
    CARD = "card"
    EMAIL = "email"
    PROFANITY = "profanity"


class Mode(IntEnum):
    """What becomes of a message, from the mildest to the strongest."""

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
    #: Of the word lists that are asked for profanity.
    languages: tuple[str, ...] = ("en",)
    #: Language -> the Service's own list, instead of ours; the same form as the files in words/.
    lists: Mapping[str, str] = field(default_factory=dict, repr=False, hash=False)
    #: Never found: a phone or card number, an address, a domain as "@shop.example", a word.
    allowed: tuple[str, ...] = field(default=(), repr=False)
    cover: str = "•••"

    def mode(self, category: Category) -> Mode:
        return (self.phone, self.card, self.email, self.profanity)[_ORDER[category]]


_ORDER = {category: place for place, category in enumerate(Category)}


@dataclass(frozen=True, slots=True)
class Finding:
    category: Category
    #: In the text that was examined, whole graphemes.
    start: int
    end: int
    #: How many earlier messages hold the beginning of it.
    earlier: int = 0


@dataclass(frozen=True, slots=True)
class Verdict:
    findings: tuple[Finding, ...]
    action: Mode
    #: The text with what must not be seen covered; all else as it was written.
    masked: str = field(repr=False)
