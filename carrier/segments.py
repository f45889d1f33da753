"""Segments: what a text costs on the air, and the unit in which carriers pace senders.

Counted as Twilio's own calculator does (npm sms-segments-calculator 1.3.0): an escape pair, a surrogate pair and what
it takes for one character are never cut by a border.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from carrier.clusters import counted_clusters

#: GSM 03.38's default alphabet without its escape, in the order of the code: 0x00 to 0x7f.
_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ"
    " !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
#: Behind the escape: two units each.
_EXTENSION = frozenset("\f^{}\\[~]|€")
_GSM = _BASIC | _EXTENSION


class Encoding(StrEnum):
    GSM_7 = "GSM-7"
    UCS_2 = "UCS-2"


@dataclass(frozen=True)
class Segments:
    """`units`: septets or UTF-16 units, without those that a border leaves empty."""

    encoding: Encoding
    units: int
    count: int


class _Room(NamedTuple):
    """Units of a text that fits alone, and of one part of a longer one."""

    alone: int
    part: int


_ROOM = {Encoding.GSM_7: _Room(160, 153), Encoding.UCS_2: _Room(70, 67)}


def segments(text: str) -> Segments:
    """An empty text has none. Lone surrogates count as the one unit that they are."""
    encoding = Encoding.GSM_7 if _GSM.issuperset(text) else Encoding.UCS_2
    units = _units(text, encoding)
    return Segments(encoding, units, _count(text, encoding, units))


def _units(text: str, encoding: Encoding) -> int:
    if encoding is Encoding.GSM_7:
        return len(text) + sum(character in _EXTENSION for character in text)
    return len(text) + sum(character > "\uffff" for character in text)


def _count(text: str, encoding: Encoding, units: int) -> int:
    room = _ROOM[encoding]
    if units <= room.alone:
        return 1 if text else 0
    count, left = 1, room.part
    for cluster in text if encoding is Encoding.GSM_7 else counted_clusters(text):
        size = _units(cluster, encoding)
        if size > left:
            count, left = count + 1, room.part
        left -= size
    return count
