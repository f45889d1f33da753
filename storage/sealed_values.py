"""Finds sealed values inside stored text, whatever it is: JSON, MessagePack, or a value alone."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode
from collections.abc import Iterator

#: An id, a salt, the tag of AES-GCM and no text make 33 bytes, or 44 characters.
_VALUE = re.compile(rb"[A-Za-z0-9_-]{44,}")
#: How MessagePack begins a text: this byte, then its length in so many bytes.
_HEADS = ((0xD9, 1), (0xDA, 2))


def find_values(raw: bytes, key_ids: frozenset[int]) -> set[str]:
    """The values in `raw` that were sealed with one of these keys; also other text that happens to look like one."""
    return {text for value in _values(raw) if key_id_of(text := value.decode()) in key_ids}


def key_id_of(value: str) -> int:
    return urlsafe_b64decode(value[:4])[0]


def decoded(value: str) -> bytes:
    return urlsafe_b64decode(value + "=" * (-len(value) % 4))


def _values(raw: bytes) -> Iterator[bytes]:
    for found in _VALUE.finditer(raw):
        yield _of_message_pack(raw, found.start(), found.end()) or found.group()


def _of_message_pack(raw: bytes, start: int, end: int) -> bytes | None:
    """MessagePack puts no quotes around a text: the bytes before and after it may be letters, too."""
    for head, width in _HEADS:
        for first in range(start - width - 1, start):
            if first >= 0 and raw[first] == head:
                begin = first + 1 + width
                stop = begin + int.from_bytes(raw[first + 1 : begin], "big")
                if begin + 44 <= stop <= end:
                    return raw[begin:stop]
    return None
