"""Loads all that cleaning will need, by cleaning one tiny file of each kind: after the lock no module can be loaded."""

from __future__ import annotations

import codecs
import importlib
from collections.abc import Iterator
from io import BytesIO

from PIL import ExifTags, Image, ImageCms

from media.cleaning.charsets import CHARSETS
from media.cleaning.clean import Limits, clean

#: Pillow loads WebP only together with all its 40 formats, and MPO (a JPEG with a second picture) when it meets one.
FORMATS = ("WebPImagePlugin", "MpoImagePlugin")
CARD = b"BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=C3=84;B\r\nEND:VCARD\r\n"
VOICE = b"#!AMR\n" + bytes([0x04]) + bytes(12)


def warm_up() -> None:
    for name in FORMATS:
        importlib.import_module(f"PIL.{name}")
    for charset in CHARSETS:
        b"".decode(charset)
        codecs.lookup(charset)
    for sample in (*_pictures(), CARD, VOICE, b"text"):
        clean(sample, "text/plain", Limits())


def _pictures() -> Iterator[bytes]:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    turned = Image.Exif()
    turned[ExifTags.Base.Orientation] = 6
    clear, opaque = Image.new("RGBA", (80, 80)), Image.new("RGB", (80, 80), "red")
    for form in ("JPEG", "PNG", "WEBP"):
        yield _saved(opaque, form, exif=turned, icc_profile=profile)
    yield _saved(clear, "PNG")
    yield _saved(clear, "WEBP", lossless=True)
    yield _saved(opaque, "GIF")
    yield _saved(clear, "GIF", save_all=True, append_images=[opaque], duration=100)


def _saved(image: Image.Image, form: str, **options: object) -> bytes:
    file = BytesIO()
    image.save(file, form, **options)
    return file.getvalue()
