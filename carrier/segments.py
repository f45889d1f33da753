"""Segments: the SMS parts of a text, in which carriers bill messages and limit senders.

Counted as by Twilio's calculator (npm sms-segments-calculator 1.3.0): an escape pair, a surrogate pair and what the
calculator counts as one character are never split between segments.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from carrier import text_parts
from carrier.clusters import counted_clusters

#: The GSM 03.38 default alphabet without the escape, in the order of its codes 0x00 to 0x7f.
_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ"
    " !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
#: The extension table: two units each.
_EXTENSION = frozenset("\f^{}\\[~]|€")
_GSM = _BASIC | _EXTENSION


class Encoding(StrEnum):
    GSM_7 = "GSM-7"
    UCS_2 = "UCS-2"


@dataclass(frozen=True)
class Segments:
    """`units`: septets or UTF-16 units, without those left empty at the end of a segment."""

    encoding: Encoding
    units: int
    count: int


class _Capacity(NamedTuple):
    """Units of a text in one segment, and of each segment of a longer text."""

    single: int
    part: int


_CAPACITY = {Encoding.GSM_7: _Capacity(160, 153), Encoding.UCS_2: _Capacity(70, 67)}


def segments(text: str) -> Segments:
    """An empty text has no segments. A lone surrogate counts as one unit."""
    encoding = Encoding.GSM_7 if _GSM.issuperset(text) else Encoding.UCS_2
    units = _units(text, encoding)
    return Segments(encoding, units, _count(text, encoding, units))


def _units(text: str, encoding: Encoding) -> int:
    if encoding is Encoding.GSM_7:
        return len(text) if _EXTENSION.isdisjoint(text) else len(text) + sum(map(_EXTENSION.__contains__, text))
    return text_parts.units(text)


def _count(text: str, encoding: Encoding, units: int) -> int:
    capacity = _CAPACITY[encoding]
    if units <= capacity.single:
        return 1 if text else 0
    count, left = 1, capacity.part
    for cluster in text if encoding is Encoding.GSM_7 else counted_clusters(text):
        size = _units(cluster, encoding)
        if size > left:
            count, left = count + 1, capacity.part
        left -= size
    return count
