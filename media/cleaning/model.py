"""The result for a received file: Clean, or Unclean with a reason that quotes nothing of the file."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Reason(StrEnum):
    """TOO_LARGE: more bytes than we accept. CANNOT_FIT: more than the carrier accepts, however small we make it.

    CRASHED: the process that read it died or took too long. NO_CONTENT: it has no content from a person, for example
    a message's layout or a blank text, so nothing is lost.
    """

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    TOO_MANY_PIXELS = "too_many_pixels"
    TOO_MANY_FRAMES = "too_many_frames"
    CANNOT_FIT = "cannot_fit"
    UNSUPPORTED = "unsupported"
    DAMAGED = "damaged"
    NOTHING_LEFT = "nothing_left"
    CRASHED = "crashed"
    NO_CONTENT = "no_content"


class Unclean(Exception):
    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


class Clean(NamedTuple):
    """`type` is for the Content-Type header, `extension` has no dot."""

    type: str
    data: bytes
    extension: str


@dataclass(frozen=True)
class Limits:
    """`bytes_out` is for one file: all files of a message share the carrier's 5 MB.

    `pixels` counts all frames together. `scans` limits the passes of a progressive JPEG.
    """

    bytes_in: int = 10_000_000
    bytes_out: int = 4_500_000
    pixels: int = 25_000_000
    frames: int = 150
    scans: int = 50
    text: int = 16_384
    cards: int = 20
