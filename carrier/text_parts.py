"""A text as the carrier takes it: legal characters, in parts if it is too long for one message."""

from __future__ import annotations

from collections.abc import Iterator

from carrier import twiml
from carrier.clusters import clusters

#: The carrier refuses a body over 1,600 characters (its error 21617); parts leave room for nothing but themselves.
MOST_UNITS = 1600
PART_UNITS = 1500
#: Code points of what is kept together as one character; the longest emoji have about 15.
MOST_CLUSTER = 64


def parts(body: str) -> list[str]:
    """What is sent of a text, in order; nothing of a blank one."""
    return split(twiml.legal(body))


def split(text: str) -> list[str]:
    """The text in parts of at most PART_UNITS UTF-16 units if the carrier would not take it whole.

    The carrier takes no blank message, so there is no blank part.
    """
    if not text.strip():
        return []
    if units(text) <= MOST_UNITS:
        return [text]
    parts, part, size = [], "", 0
    for cluster in _kept_together(text):
        if size + units(cluster) > PART_UNITS:
            parts.append(part)
            part, size = "", 0
        part, size = part + cluster, size + units(cluster)
    return [part for part in (*parts, part) if part.strip()]


def units(text: str) -> int:
    """As the carrier counts characters."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _kept_together(text: str) -> Iterator[str]:
    """Nobody sees a heap of marks as one character, and no part could hold it."""
    for cluster in clusters(text):
        for start in range(0, len(cluster), MOST_CLUSTER):
            yield cluster[start : start + MOST_CLUSTER]
