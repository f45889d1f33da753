"""A bare image as a file that the carrier takes: at lower quality, then smaller, until it fits."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

from PIL import Image

from media.cleaning.kinds import Kind
from media.cleaning.model import Clean, Reason, Unclean

_QUALITIES = (88, 75, 60)
_LEAST_SHRINKING, _MARGIN = 0.7, 0.95
#: The longer side, in pixels, below which shrinking further makes no sense.
_SMALLEST = 64


def fit(image: Image.Image, kind: Kind, most: int) -> Clean:
    """JPEG stays JPEG. The carrier sends no WebP: it becomes JPEG, or PNG where something shines through."""
    while True:
        for written in _candidates(image, kind):
            if len(written.data) <= most:
                return written
        image = image.resize(smaller(image.size, len(written.data) / most), Image.Resampling.BILINEAR)


def smaller(size: tuple[int, int], times_too_large: float) -> tuple[int, int]:
    scale = min(_LEAST_SHRINKING, _MARGIN * times_too_large**-0.5)
    wide, tall = (max(1, int(side * scale)) for side in size)
    if max(wide, tall) < _SMALLEST:
        raise Unclean(Reason.CANNOT_FIT)
    return wide, tall


def _candidates(image: Image.Image, kind: Kind) -> Iterator[Clean]:
    """From the dearest to the cheapest."""
    seen_through = image.mode == "RGBA"
    if kind is Kind.GIF:
        yield Clean("image/gif", _written(image, "GIF"), "gif")
    if kind is Kind.PNG or seen_through:
        yield Clean("image/png", _written(image, "PNG"), "png")
    if not seen_through:
        for quality in _QUALITIES:
            yield Clean("image/jpeg", _written(image, "JPEG", quality=quality), "jpg")


def _written(image: Image.Image, form: str, **options: int) -> bytes:
    file = BytesIO()
    image.save(file, form, **options)
    return file.getvalue()
