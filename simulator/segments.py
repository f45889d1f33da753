"""Counts the segments of a text: GSM-7 160 or 153, UCS-2 70 or 67; escapes and surrogate pairs are never split."""

from __future__ import annotations

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
ESCAPED = frozenset("\f^{}\\[~]|€")


def count(text: str) -> int:
    if all(c in BASIC or c in ESCAPED for c in text):
        return _parts([2 if c in ESCAPED else 1 for c in text], 160, 153)
    return _parts([2 if ord(c) > 0xFFFF else 1 for c in text], 70, 67)


def _parts(units: list[int], single: int, part: int) -> int:
    if sum(units) <= single:
        return 1
    parts, left = 1, part
    for unit in units:
        if unit > left:
            parts, left = parts + 1, part
        left -= unit
    return parts
