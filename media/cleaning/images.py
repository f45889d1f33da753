"""Re-encodes images: the result has only pixels, and no metadata from the sender's phone."""

from __future__ import annotations

import logging
from contextlib import suppress
from io import BytesIO

from PIL import ExifTags, Image, ImageCms, ImageFile

from media.cleaning import animations, headers
from media.cleaning.encoding import fit
from media.cleaning.kinds import Kind
from media.cleaning.model import Clean, Limits, Reason, Unclean

# At DEBUG Pillow logs the tags that it reads.
logging.getLogger("PIL").setLevel(logging.WARNING)

_TRANSPOSES = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_SRGB = ImageCms.createProfile("sRGB")
_WITH_PROFILE = {"L": "RGB", "RGB": "RGB", "RGBA": "RGBA", "CMYK": "RGB"}


def clean(data: bytes, kind: Kind, limits: Limits) -> Clean:
    shape = headers.check(data, kind, limits)
    try:
        if kind is Kind.GIF and shape.frames > 1:
            return animations.re_encode(data, limits)
        return fit(_still(data, kind, limits), kind, limits.bytes_out)
    except Unclean:
        raise
    except Exception:  # Decoders raise any exception for a damaged file, and its text may quote the file.
        raise Unclean(Reason.DAMAGED) from None


def _still(data: bytes, kind: Kind, limits: Limits) -> Image.Image:
    """The first picture, upright, in sRGB, as L, RGB or RGBA."""
    with Image.open(BytesIO(data), formats=[kind]) as opened:
        if opened.width * opened.height > limits.pixels:
            raise Unclean(Reason.TOO_MANY_PIXELS)
        opened.load()
        return _pixels_only(_upright(_in_srgb(opened), _orientation(opened)))


def _orientation(image: ImageFile.ImageFile) -> int:
    # The picture is kept even if its EXIF block is broken.
    with suppress(Exception):
        return int(image.getexif().get(ExifTags.Base.Orientation, 1))
    return 1


def _upright(image: Image.Image, orientation: int) -> Image.Image:
    turn = _TRANSPOSES.get(orientation)
    return image if turn is None else image.transpose(turn)


def _in_srgb(image: Image.Image) -> Image.Image:
    profile = image.info.get("icc_profile")
    if image.mode in ("I", "I;16"):
        return image.point(lambda value: value * (1 / 256)).convert("L")
    if profile and (converted := _to_srgb(image, profile)):
        return converted
    return _without_opaque_alpha(_in_mode(image))


def _in_mode(image: Image.Image) -> Image.Image:
    mode = "RGBA" if image.has_transparency_data else "L" if image.mode in ("1", "L") else "RGB"
    return image if image.mode == mode else image.convert(mode)


def _to_srgb(image: Image.Image, profile: bytes) -> Image.Image | None:
    """None if the profile cannot be used: the colours are then slightly wrong."""
    source = image if image.mode == "CMYK" else _in_mode(image)
    with suppress(Exception):
        embedded = ImageCms.ImageCmsProfile(BytesIO(profile))
        converted = ImageCms.profileToProfile(source, embedded, _SRGB, outputMode=_WITH_PROFILE[source.mode])
        return _without_opaque_alpha(converted) if converted else None
    return None


def _without_opaque_alpha(image: Image.Image) -> Image.Image:
    """Without the alpha channel if every pixel is opaque."""
    if image.mode == "RGBA" and image.getchannel("A").getextrema() == (255, 255):
        return image.convert("RGB")
    return image


def _pixels_only(image: Image.Image) -> Image.Image:
    """A copy with only the pixels: encoders would write comments and profiles from `info`."""
    copied = image.copy()
    copied.info = {}
    return copied
