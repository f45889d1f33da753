"""Encodes an image so that it fits the carrier's limit: at lower quality first, then smaller."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

from PIL import Image

from media.cleaning.kinds import Kind
from media.cleaning.model import Clean, Reason, Unclean

_QUALITIES = (88, 75, 60)
_MIN_SHRINKING, _MARGIN = 0.7, 0.95
#: An image whose longer side would be shorter than this, in pixels, is not shrunk further.
_MIN_SIDE = 64


def fit(image: Image.Image, kind: Kind, max_bytes: int) -> Clean:
    """JPEG stays JPEG. WebP, which the carrier does not send, becomes JPEG, or PNG if it has transparency."""
    while True:
        for candidate in _candidates(image, kind):
            if len(candidate.data) <= max_bytes:
                return candidate
        image = image.resize(smaller(image.size, len(candidate.data) / max_bytes), Image.Resampling.BILINEAR)


def smaller(size: tuple[int, int], times_too_large: float) -> tuple[int, int]:
    scale = min(_MIN_SHRINKING, _MARGIN * times_too_large**-0.5)
    wide, tall = (max(1, int(side * scale)) for side in size)
    if max(wide, tall) < _MIN_SIDE:
        raise Unclean(Reason.CANNOT_FIT)
    return wide, tall


def _candidates(image: Image.Image, kind: Kind) -> Iterator[Clean]:
    """From the largest file to the smallest."""
    transparent = image.mode == "RGBA"
    if kind is Kind.GIF:
        yield Clean("image/gif", _encode(image, "GIF"), "gif")
    if kind is Kind.PNG or transparent:
        yield Clean("image/png", _encode(image, "PNG"), "png")
    if not transparent:
        for quality in _QUALITIES:
            yield Clean("image/jpeg", _encode(image, "JPEG", quality=quality), "jpg")


def _encode(image: Image.Image, form: str, **options: int) -> bytes:
    file = BytesIO()
    image.save(file, form, **options)
    return file.getvalue()
