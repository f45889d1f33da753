"""A cleaned image keeps its pixels, turned upright and in sRGB, and nothing else."""

from __future__ import annotations

import logging
import re
import struct
from io import BytesIO

import pytest
from PIL import Image, ImageChops, ImageOps, ImageStat

from media.cleaning.clean import Limits, Reason, Unclean, clean
from tests.media.cleaning.samples import (
    CANARY,
    IMAGES,
    SIZE,
    TAILS,
    exif,
    gif,
    jpeg,
    leaks,
    opened,
    picture,
    png,
    profile,
    saved,
    segment,
    thumbnail,
    webp,
)

# Slow: decodes and encodes many pictures.
pytestmark = pytest.mark.slow


LIMITS = Limits()
#: Out of 255: the colour change that two JPEG encodings cause at the corners of `picture`.
NEAR = 6
TYPES = {
    "jpeg": ("image/jpeg", "jpg"), "png": ("image/png", "png"), "webp": ("image/jpeg", "jpg"),
    "gif": ("image/gif", "gif"), "film": ("image/gif", "gif"),
}  # fmt: skip


def difference(one, other) -> float:
    """The mean colour distance, out of 255, of the channel that differs most. Alpha is a channel too."""
    assert one.size == other.size
    apart = ImageChops.difference(one.convert("RGBA"), other.convert("RGBA"))
    return max(ImageStat.Stat(apart.convert("RGBA")).mean)


def parts(data: bytes) -> set[str]:
    """The names of the parts of a file: JPEG markers, PNG chunks or GIF extensions."""
    if data.startswith(b"\xff\xd8"):
        return {
            f"{marker[0]:02x}" for marker in re.findall(rb"\xff([\xc0-\xfe])", data) if not 0xD0 <= marker[0] <= 0xD7
        }
    if data.startswith(b"\x89PNG"):
        names, position = set(), 8
        while position < len(data):
            (size,) = struct.unpack_from(">I", data, position)
            names.add(data[position + 4 : position + 8].decode())
            position += size + 12
        return names
    return {name.decode("latin-1") for name in re.findall(rb"!([\xfe\x01]|\xff\x0b.{11})", data, re.DOTALL)}


ALLOWED = {
    "image/jpeg": {"d8", "e0", "db", "c0", "c4", "da", "d9"},
    "image/png": {"IHDR", "IDAT", "IEND"},
    "image/gif": {"\xff\x0bNETSCAPE2.0"},
}


@pytest.mark.parametrize("name", IMAGES)
def test_no_canary_and_no_place_for_one(name):
    made = IMAGES[name]()
    assert leaks(made, CANARY), "the sample must carry what is looked for"
    cleaned = clean(made, "", LIMITS)
    assert (cleaned.type, cleaned.extension) == TYPES[name]
    assert not leaks(cleaned.data, CANARY)
    assert parts(cleaned.data) <= ALLOWED[cleaned.type]
    assert difference(opened(cleaned.data), picture()) < NEAR


@pytest.mark.parametrize("name", IMAGES)
@pytest.mark.parametrize("tail", TAILS)
def test_what_hangs_behind_falls_off(name, tail):
    cleaned = clean(IMAGES[name]() + TAILS[tail], "image/jpeg", LIMITS)
    assert not leaks(cleaned.data, CANARY)
    assert not any(trace in cleaned.data for trace in (b"PK\x03\x04", b"<script", b"%PDF"))
    assert difference(opened(cleaned.data), picture()) < NEAR


@pytest.mark.parametrize("name", IMAGES)
@pytest.mark.parametrize("claim", ["image/png", "image/jpeg", "text/plain", "text/vcard", "application/zip", "", "\0"])
def test_the_claim_does_not_count(name, claim):
    assert clean(IMAGES[name](), claim, LIMITS) == clean(IMAGES[name](), TYPES[name][0], LIMITS)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("make", [jpeg, png, webp], ids=["jpeg", "png", "webp"])
def test_orientation_is_applied(make, orientation):
    made = make(orientation=orientation)
    upright = ImageOps.exif_transpose(opened(made))
    cleaned = opened(clean(made, "", LIMITS).data)
    assert difference(cleaned, upright) < NEAR
    assert not cleaned.getexif()


def test_a_thumbnail_goes():
    plain = saved(picture(), "JPEG", quality=95)
    made = plain[:2] + thumbnail() + plain[2:]
    assert leaks(made, CANARY)
    cleaned = clean(made, "", LIMITS)
    assert not leaks(cleaned.data, CANARY)
    assert cleaned.data.count(b"\xff\xd8\xff") == 1


@pytest.mark.parametrize("make", [jpeg, png, webp], ids=["jpeg", "png", "webp"])
def test_colours_are_those_of_the_profile(make, monkeypatch):
    monkeypatch.setattr("tests.media.cleaning.samples.profile", lambda: profile(swapped=True))
    cleaned = opened(clean(make(), "", LIMITS).data)
    red, green, _ = cleaned.convert("RGB").getpixel((4, 4))
    assert green > red, "the profile's red is green"


@pytest.mark.parametrize("broken", [b"", b"no profile", profile()[:200]])
def test_a_broken_profile_costs_nothing_but_itself(broken):
    made = saved(picture(), "JPEG", quality=95, icc_profile=broken + CANARY.encode())
    cleaned = clean(made, "", LIMITS)
    assert not leaks(cleaned.data, CANARY)
    assert difference(opened(cleaned.data), picture()) < NEAR


ORIENTATION_IN_WORDS = struct.pack("<4sIHHHIII", b"II*\0", 8, 1, 0x0112, 2, len(CANARY), 26, 0) + CANARY.encode()


@pytest.mark.parametrize("block", [b"II*\0\xff\xff\xff\xff" + CANARY.encode(), ORIENTATION_IN_WORDS, b""])
def test_broken_exif_costs_nothing_but_itself(block):
    plain = saved(picture(), "JPEG", quality=95)
    made = plain[:2] + segment(0xE1, b"Exif\0\0" + block) + plain[2:]
    cleaned = clean(made, "", LIMITS)
    assert not leaks(cleaned.data, CANARY)
    assert difference(opened(cleaned.data), picture()) < NEAR


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA"])
def test_modes_of_png(mode):
    made = picture(mode)
    cleaned = clean(saved(made, "PNG"), "", LIMITS)
    assert cleaned.type == "image/png"
    assert difference(opened(cleaned.data), made) < 1


def test_sixteen_bits():
    deep = Image.new("I;16", (4, 1))
    for place, value in enumerate((0, 0x4000, 0x8000, 0xFFFF)):
        deep.putpixel((place, 0), value)
    shallow = opened(clean(saved(deep, "PNG"), "", LIMITS).data)
    assert [shallow.getpixel((place, 0)) for place in range(4)] == [0, 0x40, 0x80, 0xFF]


def test_a_transparent_colour_stays_so():
    made = picture("P")
    clear = made.getpixel((0, 0))
    cleaned = opened(clean(saved(made, "PNG", transparency=clear), "", LIMITS).data)
    assert (cleaned.getpixel((0, 0))[3], cleaned.getpixel((SIZE[0] - 1, 0))[3]) == (0, 255)


def test_print_colours():
    made = picture("CMYK")
    cleaned = clean(saved(made, "JPEG", quality=95, comment=CANARY), "", LIMITS)
    assert not leaks(cleaned.data, CANARY)
    assert difference(opened(cleaned.data), made.convert("RGB")) < 5


def test_webp_that_is_seen_through_becomes_png():
    made = picture("RGBA")
    cleaned = clean(webp(made, lossless=True), "image/webp", LIMITS)
    assert cleaned.type == "image/png"
    assert difference(opened(cleaned.data), made) < NEAR
    assert not leaks(cleaned.data, CANARY)


def test_a_film_keeps_its_frames_times_and_rounds():
    cleaned = opened(clean(gif(4), "", LIMITS).data)
    assert (cleaned.n_frames, cleaned.info["loop"]) == (4, 3)
    for turn in range(4):
        cleaned.seek(turn)
        assert cleaned.info["duration"] == 120
        assert difference(cleaned, picture().rotate(90 * turn).resize(SIZE)) < 1


def test_a_film_that_is_seen_through():
    frames = [Image.new("RGBA", SIZE) for _ in range(3)]
    for number, frame in enumerate(frames):
        frame.paste((200, 20, 20, 255), (20 * number, 10, 20 * number + 20, 30))
    made = saved(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=50, disposal=2, comment=CANARY)
    cleaned = opened(clean(made, "", LIMITS).data)
    assert cleaned.n_frames == 3
    for number, frame in enumerate(frames):
        cleaned.seek(number)
        assert difference(cleaned, frame) < 1


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_other_films_are_stills(form):
    frames = [picture(), picture().rotate(180)]
    made = saved(frames[0], form, save_all=True, append_images=frames[1:], duration=50)
    cleaned = opened(clean(made, "", LIMITS).data)
    assert getattr(cleaned, "n_frames", 1) == 1
    assert difference(cleaned, frames[0]) < 6


@pytest.mark.parametrize("most", [16_000, 30_000, 60_000])
@pytest.mark.parametrize("name", ["jpeg", "png", "webp", "gif", "film", "alpha"])
def test_what_is_too_large_is_made_to_fit(name, most):
    grain = Image.effect_noise((400, 300), 90)
    rich = Image.merge("RGB", [grain, grain.rotate(180), ImageOps.mirror(grain)])
    made = {
        "jpeg": lambda: jpeg(image=rich), "png": lambda: png(rich), "webp": lambda: webp(rich),
        "gif": lambda: saved(rich, "GIF"),
        "film": lambda: saved(rich, "GIF", save_all=True, append_images=[rich.rotate(180)], duration=70),
        "alpha": lambda: png(Image.merge("RGBA", [*rich.split(), grain])),
    }[name]()  # fmt: skip
    assert len(made) > most
    cleaned = clean(made, "", Limits(bytes_out=most))
    assert len(cleaned.data) <= most
    wide, tall = opened(cleaned.data).size
    assert wide / tall == pytest.approx(4 / 3, rel=0.1)
    assert not leaks(cleaned.data, CANARY)


@pytest.mark.parametrize("name", IMAGES)
def test_what_cannot_be_made_to_fit(name):
    with pytest.raises(Unclean) as refused:
        clean(IMAGES[name](), "", Limits(bytes_out=100))
    assert refused.value.reason is Reason.CANNOT_FIT


@pytest.mark.parametrize("name", IMAGES)
def test_nothing_is_logged(name, caplog):
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("PIL").debug("somebody else's line")
        clean(IMAGES[name](), "", LIMITS)
    assert not leaks(caplog.text.encode(), CANARY)
    assert not caplog.records


def test_two_pictures_in_one_file():
    """Some phones write such files. The second picture has its own metadata, and is left out."""
    file = BytesIO()
    picture().save(file, "MPO", quality=95, save_all=True, append_images=[picture().rotate(180)], exif=exif())
    cleaned = clean(file.getvalue(), "image/jpeg", LIMITS)
    assert not leaks(cleaned.data, CANARY)
    assert cleaned.data.count(b"\xff\xd8\xff") == 1
    assert difference(opened(cleaned.data), picture()) < NEAR
