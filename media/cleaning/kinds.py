"""The type of a file, by its first bytes."""

from __future__ import annotations

import re
from enum import StrEnum

from media.cleaning.model import Reason, Unclean


class Kind(StrEnum):
    """The values of image kinds are Pillow's format names."""

    JPEG = "JPEG"
    PNG = "PNG"
    GIF = "GIF"
    WEBP = "WEBP"
    AMR = "AMR"
    VCARD = "VCARD"
    TEXT = "TEXT"
    LAYOUT = "LAYOUT"


_SIGNATURES = {
    Kind.JPEG: re.compile(rb"\xff\xd8\xff"),
    Kind.PNG: re.compile(rb"\x89PNG\r\n\x1a\n"),
    Kind.GIF: re.compile(rb"GIF8[79]a"),
    Kind.WEBP: re.compile(rb"RIFF.{4}WEBP", re.DOTALL),
    Kind.AMR: re.compile(rb"#!AMR\n"),
    Kind.VCARD: re.compile(rb"(\xef\xbb\xbf)?\s{0,64}BEGIN[ \t]*:[ \t]*VCARD\s", re.IGNORECASE),
    # SMIL, the order in which phones show the other parts; XML allows a prolog before it.
    Kind.LAYOUT: re.compile(
        rb"\s{0,64}(<\?xml[^>]{0,200}>\s{0,64})?(<!DOCTYPE\s+smil[^>]{0,300}>\s{0,64})?<smil[\s>]", re.I
    ),
}
#: Types of parts that contain other parts, or say how they are shown (OMA MMS Conformance, 3GPP TS 26.140).
_LAYOUT_TYPES = re.compile(
    r"(application/smil(\+xml)?|application/vnd\.wap\.multipart\..*|multipart/.*)", re.IGNORECASE
)


def kind_of(data: bytes, claimed_type: str) -> Kind:
    for kind, signature in _SIGNATURES.items():
        if signature.match(data):
            return kind
    if is_text(claimed_type):
        return Kind.TEXT
    raise Unclean(Reason.UNSUPPORTED)


def is_text(claimed_type: str) -> bool:
    return _without_parameters(claimed_type).lower() == "text/plain"


def is_layout(claimed_type: str) -> bool:
    """True if a part of this type has no content from a person."""
    return bool(_LAYOUT_TYPES.fullmatch(_without_parameters(claimed_type)))


def _without_parameters(content_type: str) -> str:
    return content_type.partition(";")[0].strip()
