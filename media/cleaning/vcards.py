"""Contact cards read and written anew with names alone: no number, address, picture or note comes through."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator

from media.cleaning import vcard_lines
from media.cleaning.model import Clean, Limits, Reason, Unclean
from media.cleaning.vcard_lines import Property

#: Components of a property, and the values of each.
Parts = list[list[str]]
Card = dict[str, Parts]

#: A card with a picture has less; every line of more would be read for nothing.
_MOST_BYTES = 2_000_000
#: What may stand in a kept property: components of lists, one text, components, a list (RFC 6350, 6.2 and 6.6).
_KEPT: dict[str, Callable[[Property], Parts]] = {
    "N": lambda found: found.lists(),
    "FN": lambda found: [[found.text()]],
    "NICKNAME": lambda found: [found.values()],
    "ORG": lambda found: [[component] for component in found.components()],
    "TITLE": lambda found: [[found.text()]],
    "CATEGORIES": lambda found: [found.values()],
}
_NAME_PARTS = 5
_MOST_VALUES = 10
_MOST_CHARACTERS = 100
_MOST_DIGITS = 4
#: How else to reach somebody: e-mail, user names, links.
_REACHES = re.compile(r"@|://|www\.|\.\w{2,}/", re.IGNORECASE)
_JOINERS = "\u200c\u200d"
_FOLD_AT = 75


def clean(data: bytes, limits: Limits) -> Clean:
    if len(data) > _MOST_BYTES:
        raise Unclean(Reason.TOO_LARGE)
    cards = [card for card in _cards(vcard_lines.properties(data)) if card]
    if not cards:
        raise Unclean(Reason.NOTHING_LEFT)
    if len(cards) > limits.cards:
        raise Unclean(Reason.TOO_LARGE)
    return Clean("text/vcard", b"".join(_written(card) for card in cards), "vcf")


def _cards(properties: Iterator[Property]) -> Iterator[Card]:
    """What is kept of each; a card within a card belongs to what is not."""
    card: Card = {}
    depth, old = 0, False
    for found in properties:
        if found.name == "BEGIN":
            depth += 1
        elif found.name == "END":
            depth -= 1
            if depth <= 0:
                yield card
                card, depth, old = {}, 0, False
        elif depth == 1 and found.name == "VERSION":
            old = found.value == "2.1"
        elif depth == 1 and found.name in _KEPT and found.name not in card and (parts := _shown(found, old)):
            card[found.name] = parts
    if depth > 0:
        raise Unclean(Reason.DAMAGED)


def _shown(found: Property, old: bool) -> Parts:
    """Nothing, if the whole of it could be used to reach the person. `old`: vCard 2.1, where N has no lists."""
    read = [[component] for component in found.components()] if old and found.name == "N" else _KEPT[found.name](found)
    parts = [[tidy for value in values if (tidy := _tidy(value))] for values in read]
    whole = unicodedata.normalize("NFKC", _spoken(parts))
    if sum(character.isdigit() for character in whole) > _MOST_DIGITS or _REACHES.search(whole):
        return []
    return [values[:_MOST_VALUES] for values in parts[:_NAME_PARTS]] if whole else []


def _spoken(parts: Parts) -> str:
    return " ".join(value for values in parts for value in values)


def _tidy(text: str) -> str:
    shown = "".join(c if c.isprintable() or c in _JOINERS else " " for c in text)
    return " ".join(shown.split())[:_MOST_CHARACTERS]


def _written(card: Card) -> bytes:
    """vCard 3.0, which phones old and new read; it wants both N and FN."""
    family, given, middle, prefix, suffix = _padded(card.get("N", []))
    spoken = _spoken([prefix, given, middle, family, suffix])
    full = (
        _spoken(card.get("FN", [])) or spoken or next(found for name in _KEPT if (found := _spoken(card.get(name, []))))
    )
    whole = {**card, "N": _padded(card.get("N", [[full]])), "FN": [[full]]}
    lines = [f"{name}:{_joined(whole[name])}" for name in _KEPT if name in whole]
    return b"".join(_folded(line) for line in ["BEGIN:VCARD", "VERSION:3.0", *lines, "END:VCARD"])


def _padded(parts: Parts) -> Parts:
    return (parts + [[]] * _NAME_PARTS)[:_NAME_PARTS]


def _joined(parts: Parts) -> str:
    return ";".join(",".join(map(_escaped, values)) for values in parts)


def _escaped(text: str) -> str:
    return re.sub(r"([\\;,])", r"\\\1", text)


def _folded(line: str) -> bytes:
    """Lines of 75 bytes at most, never cut within a character."""
    rows = [""]
    for character in line:
        if len((rows[-1] + character).encode()) > _FOLD_AT:
            rows.append(" ")
        rows[-1] += character
    return "".join(f"{row}\r\n" for row in rows).encode()
