"""The entry point for received media: the type is found from the content, then the file is cleaned or refused."""

from __future__ import annotations

from collections.abc import Callable

from media.cleaning import amr, images, texts, vcards
from media.cleaning.charsets import without_bom
from media.cleaning.kinds import Kind, is_text, kind_of
from media.cleaning.model import Clean, Limits, Reason, Unclean

__all__ = ["Clean", "Limits", "Reason", "Unclean", "clean"]

_CLEANERS: dict[Kind, Callable[[bytes, Limits], Clean]] = {
    Kind.AMR: amr.clean,
    Kind.VCARD: vcards.clean,
}


def clean(data: bytes, claimed_type: str, limits: Limits) -> Clean:
    """The cleaned file. Raises Unclean. The claimed type only forbids: without text/plain no text is accepted."""
    if not data:
        raise Unclean(Reason.NO_CONTENT if is_text(claimed_type) else Reason.EMPTY)
    if len(data) > limits.bytes_in:
        raise Unclean(Reason.TOO_LARGE)
    cleaned = _cleaned(data, claimed_type, limits)
    if len(cleaned.data) > limits.bytes_out:
        raise Unclean(Reason.CANNOT_FIT)
    return cleaned


def _cleaned(data: bytes, claimed_type: str, limits: Limits) -> Clean:
    plain = without_bom(data)
    kind = kind_of(plain, claimed_type)
    if kind is Kind.LAYOUT:
        raise Unclean(Reason.NO_CONTENT)
    if kind is Kind.TEXT:
        return texts.clean(data, claimed_type, limits)
    return _CLEANERS[kind](plain, limits) if kind in _CLEANERS else images.clean(data, kind, limits)
