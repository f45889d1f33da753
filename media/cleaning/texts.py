"""Plain text sent as a file. It must be nothing but text, and is converted to UTF-8."""

from __future__ import annotations

import re

from media.cleaning.charsets import charset_of, decode
from media.cleaning.model import Clean, Limits, Reason, Unclean

#: Control characters, tags of any markup, and formats that are text too: PDF, PostScript, RTF, scripts, vCard, iCal.
_NOT_PLAIN = re.compile(
    r"[\x00-\x08\x0b\x0e-\x1f\x7f]|<[!?/a-z]|\A\s*(%PDF|%!|\{\\rtf|#!)|^BEGIN[ \t]*:[ \t]*V",
    re.IGNORECASE | re.MULTILINE,
)


def clean(data: bytes, claimed_type: str, limits: Limits) -> Clean:
    if len(data) > limits.text:
        raise Unclean(Reason.TOO_LARGE)
    try:
        text = decode(data, charset_of(claimed_type))
    except UnicodeDecodeError:
        raise Unclean(Reason.UNSUPPORTED) from None
    if _NOT_PLAIN.search(text):
        raise Unclean(Reason.UNSUPPORTED)
    if not text.strip():
        raise Unclean(Reason.NO_CONTENT)
    return Clean("text/plain", text.encode(), "txt")
