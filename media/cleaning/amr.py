"""Voice notes in AMR, a sound format without tags: every byte must belong to a frame."""

from __future__ import annotations

from media.cleaning.model import Clean, Limits, Reason, Unclean

_MAGIC = b"#!AMR\n"
#: Frame type -> bytes after its header: eight rates, the comfort noise, and a frame without data (RFC 4867).
_SIZES = {0: 12, 1: 13, 2: 15, 3: 17, 4: 19, 5: 20, 6: 26, 7: 31, 8: 5, 15: 0}
_PADDING = 0b1000_0011


def clean(data: bytes, limits: Limits) -> Clean:
    position = len(_MAGIC)
    if position == len(data):
        raise Unclean(Reason.NOTHING_LEFT)
    while position < len(data):
        position = _end_of_frame(data, position)
    return Clean("audio/amr", data, "amr")


def _end_of_frame(data: bytes, position: int) -> int:
    header = data[position]
    size = _SIZES.get(header >> 3 & 15)
    if header & _PADDING or size is None or position + 1 + size > len(data):
        raise Unclean(Reason.DAMAGED)
    return position + 1 + size
