"""Sample files as phones and attackers make them. Each is full of canaries, which cleaning must remove."""

from __future__ import annotations

import base64
import quopri
import struct
import zlib
from collections.abc import Callable
from io import BytesIO
from typing import Any

from PIL import ExifTags, Image, ImageCms, PngImagePlugin

CANARY = "CANARY-5550100199"
EMAIL = "canary@example.org"
SIZE = (96, 64)


def picture(mode="RGB", size=SIZE) -> Image.Image:
    """Has four different corners, so that a test notices a rotation or swapped colours."""
    image = Image.new("RGB", size, (200, 30, 30))
    wide, tall = size
    image.paste((30, 180, 40), (wide // 2, 0, wide, tall // 2))
    image.paste((40, 50, 190), (0, tall // 2, wide // 2, tall))
    image.paste((230, 220, 60), (wide // 2, tall // 2, wide, tall))
    if mode in ("RGBA", "LA"):
        image = image.convert(mode)
        image.putalpha(Image.linear_gradient("L").resize(size))
    return image.convert(mode)


def saved(image: Image.Image, form: str, **options) -> bytes:
    file = BytesIO()
    image.save(file, form, **options)
    return file.getvalue()


def opened(data: bytes) -> Any:
    image = Image.open(BytesIO(data))
    image.load()
    return image


def exif(orientation=1) -> Image.Exif:
    tags = Image.Exif()
    base = ExifTags.Base
    tags[base.Orientation] = orientation
    for tag in (base.Artist, base.Copyright, base.Make, base.Model, base.ImageDescription, base.HostComputer):
        tags[tag] = CANARY
    tags.get_ifd(ExifTags.IFD.Exif).update(
        {base.MakerNote: CANARY.encode() * 20, base.UserComment: CANARY.encode("utf-16-le"), 0xA430: CANARY}
    )
    tags.get_ifd(ExifTags.IFD.GPSInfo).update(
        {ExifTags.GPS.GPSLatitude: (52.0, 31.0, 12.0), ExifTags.GPS.GPSProcessingMethod: CANARY.encode()}
    )
    return tags


def xmp() -> bytes:
    return (
        f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:Description tiff:Artist="{CANARY}"'
        f' exif:GPSLatitude="{CANARY}">{CANARY}</rdf:Description></x:xmpmeta>'
    ).encode()


def profile(swapped=False) -> bytes:
    """An sRGB profile with a canary in its name; `swapped` exchanges its red and green."""
    made = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    named = "sRGB built-in".encode("utf-16-be")
    assert named in made
    made = made.replace(named, CANARY[: len("sRGB built-in")].encode("utf-16-be"))
    if swapped:
        made = made.replace(b"rXYZ", b"????", 1).replace(b"gXYZ", b"rXYZ", 1).replace(b"????", b"gXYZ", 1)
    return made


def segment(marker: int, content: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content


def iptc() -> bytes:
    dataset = b"\x1c\x02\x50" + struct.pack(">H", len(CANARY)) + CANARY.encode()
    return segment(0xED, b"Photoshop 3.0\x008BIM\x04\x04\0\0" + struct.pack(">I", len(dataset)) + dataset)


def thumbnail() -> bytes:
    """An EXIF block whose second directory contains a whole JPEG."""
    inner = saved(picture(size=(32, 24)), "JPEG", comment=CANARY)
    directory = struct.pack("<HHHIIHHIII", 2, 0x0201, 4, 1, 44, 0x0202, 4, 1, len(inner), 0)
    return segment(0xE1, b"Exif\0\0II*\0" + struct.pack("<IHI", 8, 0, 14) + directory + inner)


def jpeg(orientation=1, image=None, **options) -> bytes:
    extra = (
        iptc() + segment(0xE5, CANARY.encode()) + segment(0xEE, b"Adobe\0d\0\0\0\0\1") + segment(0xFE, CANARY.encode())
    )
    return saved(
        image or picture(), "JPEG", quality=95, exif=exif(orientation), xmp=xmp(), icc_profile=profile(),
        comment=CANARY, extra=extra, **options,
    )  # fmt: skip


def png(image=None, orientation=1) -> bytes:
    words = PngImagePlugin.PngInfo()
    words.add_text("Author", CANARY)
    words.add_text("Comment", CANARY * 30, zip=True)
    words.add_itxt("Location", CANARY, lang="en", tkey=CANARY)
    words.add_itxt("Hidden", CANARY * 30, zip=True)
    words.add_itxt("XML:com.adobe.xmp", xmp().decode())
    words.add_text("Raw profile type iptc", f"\niptc\n{len(CANARY):8}\n{CANARY.encode().hex()}\n")
    return saved(image or picture(), "PNG", pnginfo=words, exif=exif(orientation), icc_profile=profile(), dpi=(72, 72))


def webp(image=None, orientation=1, **options) -> bytes:
    image = image or picture()
    return saved(image, "WEBP", quality=95, exif=exif(orientation), xmp=xmp(), icc_profile=profile(), **options)


GIF_WORDS = (
    b"!\xff\x0bCANARYAPP10" + bytes([len(CANARY)]) + CANARY.encode() + b"\0"
    b"!\x01\x0c" + bytes(12) + bytes([len(CANARY)]) + CANARY.encode() + b"\0"
)


def gif(frames=1, **options) -> bytes:
    """Has an application block and a plain-text block after the header's colour table."""
    pictures = [picture().rotate(90 * turn).resize(SIZE) for turn in range(frames)]
    film = {"save_all": True, "append_images": pictures[1:], "duration": 120, "loop": 3} if frames > 1 else {}
    made = saved(pictures[0], "GIF", comment=CANARY, **film, **options)
    behind = 13 + 3 * (2 << (made[10] & 7))
    return made[:behind] + GIF_WORDS + made[behind:]


IMAGES: dict[str, Callable[[], bytes]] = {"jpeg": jpeg, "png": png, "webp": webp, "gif": gif, "film": lambda: gif(4)}

ZIP = b"PK\x03\x04\x14\0\0\0\0\0" + CANARY.encode() * 5 + b"PK\x05\x06" + bytes(18)
TAILS = {
    "zip": ZIP,
    "html": f"<html><script>{CANARY}</script></html>".encode(),
    "pdf": f"%PDF-1.7\n1 0 obj ({CANARY}) endobj\n%%EOF".encode(),
    "image": saved(picture(size=(16, 16)), "JPEG", comment=CANARY),
}


def chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def bare_png(wide: int, tall: int, *chunks: bytes) -> bytes:
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", wide, tall, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(chunks) + chunk(b"IEND", b"")


def spellings(secret: str) -> set[bytes]:
    """All encodings in which a file may hide this secret."""
    plain = secret.encode()
    encodings = {secret.encode(name) for name in ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")}
    in_64 = {base64.b64encode(bytes(shift) + plain)[4:-4] for shift in range(3)}
    return {
        *encodings, *in_64, plain.hex().encode(), plain.hex().upper().encode(), plain[::-1],
        quopri.encodestring(plain, quotetabs=True), "".join(f"={byte:02X}" for byte in plain).encode(),
    }  # fmt: skip


def leaks(data: bytes, *secrets: str) -> list[bytes]:
    """The encoded secrets found in the data. The canary's digits alone count as a leak too."""
    wanted = {spelled for secret in (*secrets, "5550100199") for spelled in spellings(secret)}
    return [spelled for spelled in wanted if spelled.lower() in data.lower()]
