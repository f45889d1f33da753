"""Reads an image's size from its headers, so that decompression bombs never reach the decoder."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable
from typing import NamedTuple

from media.cleaning.kinds import Kind
from media.cleaning.model import Limits, Reason, Unclean

_JPEG_NEXT = re.compile(rb"\xff([^\x00\xff\xd0-\xd7])")
_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_JPEG_SCAN, _JPEG_END, _JPEG_BEGIN, _JPEG_BARE = 0xDA, 0xD9, 0xD8, 0x01


class Shape(NamedTuple):
    """`frames`: the number of pictures; `scans`: the passes of a progressive picture."""

    width: int
    height: int
    frames: int = 1
    scans: int = 1


def check(data: bytes, kind: Kind, limits: Limits) -> Shape:
    try:
        shape = _READERS[kind](data)
    except (struct.error, IndexError):
        raise Unclean(Reason.DAMAGED) from None
    if not shape.width or not shape.height or not shape.frames:
        raise Unclean(Reason.DAMAGED)
    if shape.frames > limits.frames:
        raise Unclean(Reason.TOO_MANY_FRAMES)
    # Each scan goes over all pixels again, so thousands of scans in a small file would take hours.
    if shape.width * shape.height * shape.frames > limits.pixels or shape.scans > limits.scans:
        raise Unclean(Reason.TOO_MANY_PIXELS)
    return shape


def _jpeg(data: bytes) -> Shape:
    width = height = scans = 0
    position = 2
    while found := _JPEG_NEXT.search(data, position):
        marker, position = found[1][0], found.end()
        if marker == _JPEG_END:
            break
        if marker in (_JPEG_BEGIN, _JPEG_BARE):
            continue
        if marker in _JPEG_FRAMES:
            frame_height, frame_width = struct.unpack_from(">HH", data, position + 3)
            width, height = max(width, frame_width), max(height, frame_height)
        scans += marker == _JPEG_SCAN
        position += struct.unpack_from(">H", data, position)[0]
    return Shape(width, height, scans=scans)


def _png(data: bytes) -> Shape:
    return Shape(*struct.unpack_from(">II", data, 16))


def _webp(data: bytes) -> Shape:
    chunk = data[12:16]
    if chunk == b"VP8X":
        return Shape(1 + int.from_bytes(data[24:27], "little"), 1 + int.from_bytes(data[27:30], "little"))
    if chunk == b"VP8L":
        (bits,) = struct.unpack_from("<I", data, 21)
        return Shape(1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF))
    width, height = struct.unpack_from("<HH", data, 26)
    return Shape(width & 0x3FFF, height & 0x3FFF)


def _gif(data: bytes) -> Shape:
    """A frame may extend past the canvas, which then grows. A GIF without its last byte is cut off."""
    width, height, packed = struct.unpack_from("<HHB", data, 6)
    position, frames = 13 + _colours(packed), 0
    while (block := data[position]) != ord(";"):
        if block == ord(","):
            left, top, frame_width, frame_height, packed = struct.unpack_from("<HHHHB", data, position + 1)
            width, height, frames = max(width, left + frame_width), max(height, top + frame_height), frames + 1
            position = _after_blocks(data, position + 11 + _colours(packed))
        elif block == ord("!"):
            position = _after_blocks(data, position + 2)
        elif block:
            raise Unclean(Reason.DAMAGED)
        else:
            position += 1
    return Shape(width, height, frames)


def _colours(packed: int) -> int:
    """Size of a colour table in bytes."""
    return 3 * (2 << (packed & 7)) if packed & 0x80 else 0


def _after_blocks(data: bytes, position: int) -> int:
    """The position after a sequence of data blocks, which ends with an empty one."""
    while size := data[position]:
        position += 1 + size
    return position + 1


_READERS: dict[Kind, Callable[[bytes], Shape]] = {
    Kind.JPEG: _jpeg,
    Kind.PNG: _png,
    Kind.WEBP: _webp,
    Kind.GIF: _gif,
}
