"""Images drawn anew: what comes out holds pixels, and nothing that the sender's phone wrote beside them."""

from __future__ import annotations

import logging
from contextlib import suppress
from io import BytesIO

from PIL import ExifTags, Image, ImageCms, ImageFile

from media.cleaning import animations, headers
from media.cleaning.encoding import fit
from media.cleaning.kinds import Kind
from media.cleaning.model import Clean, Limits, Reason, Unclean

# At DEBUG Pillow writes down the tags that it reads.
logging.getLogger("PIL").setLevel(logging.WARNING)

_TURNS = {
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
            return animations.redrawn(data, limits)
        return fit(_still(data, kind, limits), kind, limits.bytes_out)
    except Unclean:
        raise
    except Exception:  # Decoders raise anything over a damaged file, and may quote it.
        raise Unclean(Reason.DAMAGED) from None


def _still(data: bytes, kind: Kind, limits: Limits) -> Image.Image:
    """The first picture, upright, in sRGB, as L, RGB or RGBA."""
    with Image.open(BytesIO(data), formats=[kind]) as opened:
        if opened.width * opened.height > limits.pixels:
            raise Unclean(Reason.TOO_MANY_PIXELS)
        opened.load()
        return _bare(_upright(_plain(opened), _orientation(opened)))


def _orientation(image: ImageFile.ImageFile) -> int:
    # A broken EXIF block must not cost the sender the picture.
    with suppress(Exception):
        return int(image.getexif().get(ExifTags.Base.Orientation, 1))
    return 1


def _upright(image: Image.Image, orientation: int) -> Image.Image:
    turn = _TURNS.get(orientation)
    return image if turn is None else image.transpose(turn)


def _plain(image: Image.Image) -> Image.Image:
    profile = image.info.get("icc_profile")
    if image.mode in ("I", "I;16"):
        return image.point(lambda value: value * (1 / 256)).convert("L")
    if profile and (converted := _to_srgb(image, profile)):
        return converted
    return _opaque_if_so(_in_mode(image))


def _in_mode(image: Image.Image) -> Image.Image:
    mode = "RGBA" if image.has_transparency_data else "L" if image.mode in ("1", "L") else "RGB"
    return image if image.mode == mode else image.convert(mode)


def _to_srgb(image: Image.Image, profile: bytes) -> Image.Image | None:
    """None if the profile is no use: the colours are then a little off."""
    source = image if image.mode == "CMYK" else _in_mode(image)
    with suppress(Exception):
        embedded = ImageCms.ImageCmsProfile(BytesIO(profile))
        converted = ImageCms.profileToProfile(source, embedded, _SRGB, outputMode=_WITH_PROFILE[source.mode])
        return _opaque_if_so(converted) if converted else None
    return None


def _opaque_if_so(image: Image.Image) -> Image.Image:
    """Without an alpha channel that hides nothing."""
    if image.mode == "RGBA" and image.getchannel("A").getextrema() == (255, 255):
        return image.convert("RGB")
    return image


def _bare(image: Image.Image) -> Image.Image:
    """A copy that knows nothing but its pixels: encoders take comments and profiles from `info`."""
    copied = image.copy()
    copied.info = {}
    return copied
