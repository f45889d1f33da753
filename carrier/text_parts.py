"""Splits a text into parts that the carrier accepts, and removes illegal characters."""

from __future__ import annotations

from collections.abc import Iterator

from carrier import twiml
from carrier.clusters import clusters

#: The carrier refuses a body over 1,600 characters (its error 21617); parts are a little shorter.
MAX_UNITS = 1600
PART_UNITS = 1500
#: The most code points that are kept together as one character; the longest emoji have about 15.
MAX_CLUSTER = 64


def parts(body: str) -> list[str]:
    """The parts of a text that are sent, in order; none for a blank text."""
    return split(twiml.legal(body))


def split(text: str) -> list[str]:
    """The whole text if the carrier accepts it, else parts of at most PART_UNITS UTF-16 units.

    The carrier accepts no blank message, so no part is blank.
    """
    if not text.strip():
        return []
    if units(text) <= MAX_UNITS:
        return [text]
    parts, part, size = [], "", 0
    for cluster in _characters(text):
        if size + units(cluster) > PART_UNITS:
            parts.append(part)
            part, size = "", 0
        part, size = part + cluster, size + units(cluster)
    return [part for part in (*parts, part) if part.strip()]


def units(text: str) -> int:
    """The length as the carrier counts it: UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _characters(text: str) -> Iterator[str]:
    """Characters, but at most MOST_CLUSTER code points each: a longer pile of marks would fit no part."""
    for cluster in clusters(text):
        for start in range(0, len(cluster), MAX_CLUSTER):
            yield cluster[start : start + MAX_CLUSTER]
