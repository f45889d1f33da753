"""Contact cards read and written anew with names alone: no number, address, picture or note comes through."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from relay.media import vcard_lines
from relay.media.model import Clean, Limits, Reason, Unclean
from relay.media.vcard_lines import Property

#: A card with a picture has less; every line of more would be read for nothing.
_MOST_BYTES = 2_000_000
_KEPT = ("N", "FN", "ORG", "TITLE")
_NAME_PARTS = 5
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


def _cards(properties: Iterator[Property]) -> Iterator[dict[str, list[str]]]:
    """What is kept of each; a card within a card belongs to what is not."""
    card: dict[str, list[str]] = {}
    depth = 0
    for found in properties:
        if found.name == "BEGIN":
            depth += 1
        elif found.name == "END":
            depth -= 1
            if depth <= 0:
                yield card
                card, depth = {}, 0
        elif depth == 1 and found.name in _KEPT and found.name not in card and (fields := _shown(found)):
            card[found.name] = fields
    if depth > 0:
        raise Unclean(Reason.DAMAGED)


def _shown(found: Property) -> list[str]:
    """Nothing, if the whole of it could be used to reach the person."""
    fields = [_tidy(field) for field in (found.fields() if found.name in ("N", "ORG") else [found.text()])]
    whole = unicodedata.normalize("NFKC", " ".join(fields))
    if sum(character.isdigit() for character in whole) > _MOST_DIGITS or _REACHES.search(whole):
        return []
    return fields[:_NAME_PARTS] if any(fields) else []


def _tidy(text: str) -> str:
    shown = "".join(c if c.isprintable() or c in _JOINERS else " " for c in text)
    return " ".join(shown.split())[:_MOST_CHARACTERS]


def _written(card: dict[str, list[str]]) -> bytes:
    """vCard 3.0, which phones old and new read; it wants both N and FN."""
    family, given, middle, prefix, suffix = (card.get("N", []) + [""] * _NAME_PARTS)[:_NAME_PARTS]
    spoken = " ".join(filter(None, (prefix, given, middle, family, suffix)))
    full = "".join(card.get("FN", [])) or spoken or " ".join(filter(None, card.get("ORG", []) or card["TITLE"]))
    lines = ["BEGIN:VCARD", "VERSION:3.0", f"N:{_joined(card.get('N', [full]), _NAME_PARTS)}", f"FN:{_escaped(full)}"]
    lines += [f"{name}:{_joined(card[name])}" for name in ("ORG", "TITLE") if name in card]
    return b"".join(_folded(line) for line in [*lines, "END:VCARD"])


def _joined(fields: list[str], least: int = 0) -> str:
    return ";".join(map(_escaped, [*fields, *[""] * (least - len(fields))]))


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
