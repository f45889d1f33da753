"""What a file is, by its first bytes."""

from __future__ import annotations

import re
from enum import StrEnum

from relay.media.model import Reason, Unclean


class Kind(StrEnum):
    """The values of images are Pillow's names."""

    JPEG = "JPEG"
    PNG = "PNG"
    GIF = "GIF"
    WEBP = "WEBP"
    AMR = "AMR"
    VCARD = "VCARD"
    TEXT = "TEXT"


_BEGINNINGS = {
    Kind.JPEG: re.compile(rb"\xff\xd8\xff"),
    Kind.PNG: re.compile(rb"\x89PNG\r\n\x1a\n"),
    Kind.GIF: re.compile(rb"GIF8[79]a"),
    Kind.WEBP: re.compile(rb"RIFF.{4}WEBP", re.DOTALL),
    Kind.AMR: re.compile(rb"#!AMR\n"),
    Kind.VCARD: re.compile(rb"(\xef\xbb\xbf)?\s{0,64}BEGIN[ \t]*:[ \t]*VCARD\s", re.IGNORECASE),
}


def kind_of(data: bytes, claimed_type: str) -> Kind:
    for kind, beginning in _BEGINNINGS.items():
        if beginning.match(data):
            return kind
    if claimed_type.partition(";")[0].strip().lower() == "text/plain":
        return Kind.TEXT
    raise Unclean(Reason.UNSUPPORTED)
