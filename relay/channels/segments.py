"""Segments: what a text costs on the air, and the unit in which carriers pace senders."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate, pairwise
from typing import NamedTuple

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
    sizes = _sizes(text, encoding)
    return Segments(encoding, sum(sizes), len(_starts(sizes, _ROOM[encoding])))


def parts(text: str) -> list[str]:
    """The text as it is cut: never inside an escape pair or a surrogate pair."""
    counted = segments(text).encoding
    starts = _starts(_sizes(text, counted), _ROOM[counted])
    return [text[start:end] for start, end in pairwise([*starts, len(text)])]


def _sizes(text: str, encoding: Encoding) -> list[int]:
    if encoding is Encoding.GSM_7:
        return [2 if character in _EXTENSION else 1 for character in text]
    return [2 if character > "\uffff" else 1 for character in text]


def _starts(sizes: list[int], room: _Room) -> list[int]:
    """Where each part begins, in characters."""
    if sum(sizes) <= room.alone:
        return [0] if sizes else []
    starts = [0]
    begun = 0
    for index, end in enumerate(accumulate(sizes)):
        if end - begun > room.part:
            starts.append(index)
            begun = end - sizes[index]
    return starts
