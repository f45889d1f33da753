"""One door for received media: typed by content, cleaned by kind, or refused."""

from __future__ import annotations

from collections.abc import Callable

from relay.media import amr, images, texts, vcards
from relay.media.kinds import Kind, kind_of
from relay.media.model import Clean, Limits, Reason, Unclean

__all__ = ["Clean", "Limits", "Reason", "Unclean", "clean"]

_OTHERS: dict[Kind, Callable[[bytes, Limits], Clean]] = {
    Kind.AMR: amr.clean,
    Kind.VCARD: vcards.clean,
    Kind.TEXT: texts.clean,
}


def clean(data: bytes, claimed_type: str, limits: Limits) -> Clean:
    """Raises Unclean. The claim can only take away: without text/plain no text passes."""
    if not data:
        raise Unclean(Reason.EMPTY)
    if len(data) > limits.bytes_in:
        raise Unclean(Reason.TOO_LARGE)
    kind = kind_of(data, claimed_type)
    cleaned = _OTHERS[kind](data, limits) if kind in _OTHERS else images.clean(data, kind, limits)
    if len(cleaned.data) > limits.bytes_out:
        raise Unclean(Reason.CANNOT_FIT)
    return cleaned
