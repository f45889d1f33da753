"""Contact cards, written again with names only: no number, address, picture or note is kept."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator

from media.cleaning import vcard_lines
from media.cleaning.model import Clean, Limits, Reason, Unclean
from media.cleaning.vcard_lines import Property

#: The components of a property, each a list of values.
Parts = list[list[str]]
Card = dict[str, Parts]

#: A card with a picture is smaller than this.
_MAX_BYTES = 2_000_000
#: Property that is kept -> its structure: components of lists, one text, components, one list (RFC 6350, 6.2, 6.6).
_STRUCTURES: dict[str, Callable[[Property], Parts]] = {
    "N": lambda prop: prop.lists(),
    "FN": lambda prop: [[prop.text()]],
    "NICKNAME": lambda prop: [prop.values()],
    "ORG": lambda prop: [[component] for component in prop.components()],
    "TITLE": lambda prop: [[prop.text()]],
    "CATEGORIES": lambda prop: [prop.values()],
}
_NAME_PARTS = 5
_MAX_VALUES = 10
_MAX_CHARACTERS = 100
_MAX_DIGITS = 4
#: Other ways to reach a person: e-mail, user names, links.
_CONTACT = re.compile(r"@|://|www\.|\.\w{2,}/", re.IGNORECASE)
_JOINERS = "\u200c\u200d"
_FOLD_AT = 75


def clean(data: bytes, limits: Limits) -> Clean:
    if len(data) > _MAX_BYTES:
        raise Unclean(Reason.TOO_LARGE)
    cards = [card for card in _cards(vcard_lines.properties(data)) if card]
    if not cards:
        raise Unclean(Reason.NOTHING_LEFT)
    if len(cards) > limits.cards:
        raise Unclean(Reason.TOO_LARGE)
    return Clean("text/vcard", b"".join(_serialise(card) for card in cards), "vcf")


def _cards(properties: Iterator[Property]) -> Iterator[Card]:
    """The kept properties of each card. A card inside a card is dropped."""
    card: Card = {}
    depth, old = 0, False
    for prop in properties:
        if prop.name == "BEGIN":
            depth += 1
        elif prop.name == "END":
            depth -= 1
            if depth <= 0:
                yield card
                card, depth, old = {}, 0, False
        elif depth == 1 and prop.name == "VERSION":
            old = prop.value == "2.1"
        elif depth == 1 and prop.name in _STRUCTURES and prop.name not in card and (parts := _safe_parts(prop, old)):
            card[prop.name] = parts
    if depth > 0:
        raise Unclean(Reason.DAMAGED)


def _safe_parts(prop: Property, old: bool) -> Parts:
    """Empty if the value could be used to reach the person. `old`: vCard 2.1, where N has no lists."""
    read = (
        [[component] for component in prop.components()] if old and prop.name == "N" else _STRUCTURES[prop.name](prop)
    )
    parts = [[normalised for value in values if (normalised := _normalised(value))] for values in read]
    whole = unicodedata.normalize("NFKC", _flat(parts))
    if sum(character.isdigit() for character in whole) > _MAX_DIGITS or _CONTACT.search(whole):
        return []
    return [values[:_MAX_VALUES] for values in parts[:_NAME_PARTS]] if whole else []


def _flat(parts: Parts) -> str:
    return " ".join(value for values in parts for value in values)


def _normalised(text: str) -> str:
    shown = "".join(c if c.isprintable() or c in _JOINERS else " " for c in text)
    return " ".join(shown.split())[:_MAX_CHARACTERS]


def _serialise(card: Card) -> bytes:
    """vCard 3.0, which old and new phones read; it requires both N and FN."""
    family, given, middle, prefix, suffix = _padded(card.get("N", []))
    full_name = _flat([prefix, given, middle, family, suffix])
    full = (
        _flat(card.get("FN", []))
        or full_name
        or next(text for name in _STRUCTURES if (text := _flat(card.get(name, []))))
    )
    whole = {**card, "N": _padded(card.get("N", [[full]])), "FN": [[full]]}
    lines = [f"{name}:{_joined(whole[name])}" for name in _STRUCTURES if name in whole]
    return b"".join(_folded(line) for line in ["BEGIN:VCARD", "VERSION:3.0", *lines, "END:VCARD"])


def _padded(parts: Parts) -> Parts:
    return (parts + [[]] * _NAME_PARTS)[:_NAME_PARTS]


def _joined(parts: Parts) -> str:
    return ";".join(",".join(map(_escaped, values)) for values in parts)


def _escaped(text: str) -> str:
    return re.sub(r"([\\;,])", r"\\\1", text)


def _folded(line: str) -> bytes:
    """Lines of at most 75 bytes; a character is never split."""
    rows = [""]
    for character in line:
        if len((rows[-1] + character).encode()) > _FOLD_AT:
            rows.append(" ")
        rows[-1] += character
    return "".join(f"{row}\r\n" for row in rows).encode()
