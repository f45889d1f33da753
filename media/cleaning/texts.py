"""Plain text sent as a file, that is nothing else; it leaves in UTF-8."""

from __future__ import annotations

import re

from media.cleaning.charsets import decoded, named_in
from media.cleaning.model import Clean, Limits, Reason, Unclean

#: Controls, tags of any markup, and what else looks like text: PDF, PostScript, RTF, scripts, cards and calendars.
_NOT_PLAIN = re.compile(
    r"[\x00-\x08\x0b\x0e-\x1f\x7f]|<[!?/a-z]|\A\s*(%PDF|%!|\{\\rtf|#!)|^BEGIN[ \t]*:[ \t]*V",
    re.IGNORECASE | re.MULTILINE,
)


def clean(data: bytes, claimed_type: str, limits: Limits) -> Clean:
    if len(data) > limits.text:
        raise Unclean(Reason.TOO_LARGE)
    try:
        text = decoded(data, named_in(claimed_type))
    except UnicodeDecodeError:
        raise Unclean(Reason.UNSUPPORTED) from None
    if _NOT_PLAIN.search(text):
        raise Unclean(Reason.UNSUPPORTED)
    if not text.strip():
        raise Unclean(Reason.NO_CONTENT)
    return Clean("text/plain", text.encode(), "txt")
