"""Bombs are refused before decoding, damaged files are never returned, and no refusal quotes a file."""

from __future__ import annotations

import struct
import subprocess
import sys
import zlib

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image

from media.cleaning import headers
from media.cleaning.clean import Clean, Limits, Reason, Unclean, clean
from media.cleaning.kinds import Kind
from tests.guards.source import ROOT
from tests.media.cleaning.samples import CANARY, IMAGES, bare_png, chunk, jpeg, leaks, picture, saved

LIMITS = Limits()


def refusal(data, claim="", limits=LIMITS) -> Reason:
    with pytest.raises(Unclean) as refused:
        clean(data, claim, limits)
    assert str(refused.value) == refused.value.reason.value
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__ or refused.value.__context__ is None
    return refused.value.reason


def sized_jpeg(wide, tall):
    made = jpeg()
    at = made.index(b"\xff\xc0") + 5
    return made[:at] + struct.pack(">HH", tall, wide) + made[at + 4 :]


def sized_webp(form, wide, tall):
    if form == b"VP8X":
        body = b"\x10\0\0\0" + (wide - 1).to_bytes(3, "little") + (tall - 1).to_bytes(3, "little")
    elif form == b"VP8L":
        body = b"\x2f" + struct.pack("<I", (wide - 1) | (tall - 1) << 14)
    else:
        body = b"\0\0\0\x9d\x01\x2a" + struct.pack("<HH", wide, tall)
    return b"RIFF" + struct.pack("<I", len(body) + 12) + b"WEBP" + form + struct.pack("<I", len(body)) + body


def sized_gif(*frames, canvas=(1, 1)):
    made = b"GIF89a" + struct.pack("<HHBBB", *canvas, 0, 0, 0)
    for left, top, wide, tall in frames:
        made += b"," + struct.pack("<HHHHB", left, top, wide, tall, 0) + b"\x08\x01\x00\x00"
    return made + b";"


HUGE = {
    "png": bare_png(10_000, 10_000, chunk(b"IDAT", zlib.compress(bytes(1_000_000)))),
    "wide png": bare_png(2**31 - 1, 1),
    "jpeg": sized_jpeg(65_500, 65_500),
    "webp": sized_webp(b"VP8 ", 16_383, 16_383),
    "lossless webp": sized_webp(b"VP8L", 16_384, 16_384),
    "extended webp": sized_webp(b"VP8X", 16_384, 16_384),
    "gif": sized_gif((0, 0, 1, 1), canvas=(65_535, 65_535)),
    "gif that grows": sized_gif((0, 0, 1, 1), (60_000, 60_000, 9, 9)),
    "gif of many": sized_gif(*[(0, 0, 1, 1)] * 100, canvas=(1000, 1000)),
}


@pytest.mark.parametrize("name", HUGE)
def test_too_many_pixels_never_reach_the_decoder(name, monkeypatch):
    monkeypatch.setattr(Image, "open", lambda *_, **__: pytest.fail("opened"))
    assert refusal(HUGE[name]) is Reason.TOO_MANY_PIXELS


def test_a_header_that_lies_to_us(monkeypatch):
    """If our code misreads a header, the size that Pillow reads still decides."""
    monkeypatch.setattr(headers, "check", lambda *_: headers.Shape(1, 1))
    assert refusal(saved(picture(), "PNG"), limits=Limits(pixels=96 * 64 - 1)) is Reason.TOO_MANY_PIXELS


def test_the_most_pixels_pass():
    made = saved(picture(), "PNG")
    assert clean(made, "", Limits(pixels=96 * 64)).type == "image/png"
    assert refusal(made, limits=Limits(pixels=96 * 64 - 1)) is Reason.TOO_MANY_PIXELS


def test_frames_are_counted():
    assert clean(IMAGES["film"](), "", Limits(frames=4)).type == "image/gif"
    assert refusal(IMAGES["film"](), limits=Limits(frames=3)) is Reason.TOO_MANY_FRAMES


def test_a_thousand_passes_over_one_picture():
    made = saved(picture(), "JPEG", progressive=True)
    last = made[made.rindex(b"\xff\xda") : -2]
    assert clean(made, "", LIMITS).type == "image/jpeg"
    assert refusal(made[:-2] + last * 1_000 + b"\xff\xd9") is Reason.TOO_MANY_PIXELS


def test_passes_of_a_thumbnail_do_not_count():
    inner = saved(picture(), "JPEG", progressive=True)
    plain = saved(picture(), "JPEG")
    hidden = b"\xff\xe9" + struct.pack(">H", len(inner) + 2) + inner
    made = plain[:2] + hidden * 20 + plain[2:]
    assert headers.check(made, Kind.JPEG, LIMITS) == headers.Shape(96, 64, 1, 1)


MEMORY = """
import resource, sys
from media.cleaning.clean import Limits, Unclean, clean
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    print(clean(sys.stdin.buffer.read(), "", Limits()).type)
except Unclean as refused:
    print(refused.reason.value)
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""
FLOOD = zlib.compress(bytes(400_000_000), 9)
BOMBS = {
    "10,000 x 10,000": (HUGE["png"], {"too_many_pixels"}),
    "pixels for more than it says": (bare_png(16, 16, chunk(b"IDAT", FLOOD)), {"image/png", "damaged"}),
    "a word": (bare_png(16, 16, chunk(b"zTXt", b"Author\0\0" + FLOOD)), {"damaged"}),
    "a profile": (bare_png(16, 16, chunk(b"iCCP", b"it\0\0" + FLOOD)), {"damaged"}),
    "webp": (HUGE["extended webp"], {"too_many_pixels"}),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_takes_no_memory(name):
    data, outcomes = BOMBS[name]
    done = subprocess.run([sys.executable, "-c", MEMORY], input=data, cwd=ROOT, capture_output=True, check=True)
    outcome, megabytes = done.stdout.decode().split()
    assert outcome in outcomes
    assert int(megabytes) < 60


@pytest.mark.parametrize("name", IMAGES)
@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.9])
def test_what_is_cut_off_is_refused(name, share):
    made = IMAGES[name]()
    assert refusal(made[: int(len(made) * share)]) is Reason.DAMAGED


@pytest.mark.parametrize("name", ["jpeg", "webp", "gif", "film"])
def test_what_lacks_its_end_is_refused(name):
    assert refusal(IMAGES[name]()[:-8]) is Reason.DAMAGED


REFUSED = {
    "heic": (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "image/heic"),
    "avif": (saved(picture(), "AVIF"), "image/avif"),
    "tiff": (saved(picture(), "TIFF"), "image/tiff"),
    "bmp": (saved(picture(), "BMP"), "image/bmp"),
    "jpeg 2000": (saved(picture(), "JPEG2000"), "image/jp2"),
    "svg": (b'<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>', "image/svg+xml"),
    "svg as a jpeg": (b"<svg/>", "image/jpeg"),
    "html": (b"<!DOCTYPE html><p>", "text/html"),
    "xml": (b'<?xml version="1.0"?><smil/>', "application/smil"),
    "pdf": (b"%PDF-1.7\n", "application/pdf"),
    "zip": (b"PK\x03\x04", "application/zip"),
    "docx": (b"PK\x03\x04[Content_Types].xml", "application/vnd.openxmlformats"),
    "mp3": (b"ID3\x03\0" + CANARY.encode(), "audio/mpeg"),
    "mp4": (b"\0\0\0\x18ftypmp42", "video/mp4"),
    "3gp": (b"\0\0\0\x18ftyp3gp4", "video/3gpp"),
    "ogg": (b"OggS\0", "audio/ogg"),
    "calendar": (b"BEGIN:VCALENDAR\nATTENDEE:mailto:a@b\nEND:VCALENDAR", "text/calendar"),
    "csv": (b"name,phone\n", "text/csv"),
    "text that claims to be a picture": (b"hello", "image/png"),
    "text that claims nothing": (b"hello", ""),
    "wide-band voice": (b"#!AMR-WB\n\x04", "audio/amr-wb"),
    "eps": (b"%!PS-Adobe-3.0", "application/postscript"),
}


@pytest.mark.parametrize("name", REFUSED)
@pytest.mark.parametrize("claim", ["its own", "image/jpeg"])
def test_what_we_do_not_know_is_refused(name, claim):
    data, own = REFUSED[name]
    assert refusal(data, own if claim == "its own" else claim) is Reason.UNSUPPORTED


def test_bounds_of_size():
    assert refusal(b"") is Reason.EMPTY
    made = jpeg()
    assert refusal(made, limits=Limits(bytes_in=len(made) - 1)) is Reason.TOO_LARGE


BEGINNINGS = [b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"RIFF\0\0\0\0WEBP", b"#!AMR\n", b"BEGIN:VCARD\n", b""]
CLAIMS = st.sampled_from(["", "text/plain", "image/jpeg", "text/vcard; charset=utf-8"])
SMALL = Limits(bytes_in=200_000, pixels=200_000, bytes_out=50_000, frames=20)


def outcome(data, claim) -> Clean | Reason:
    """The cleaned file or the reason of refusal. Any exception other than Unclean fails the test."""
    try:
        cleaned = clean(data, claim, SMALL)
    except Unclean as refused:
        return refused.reason
    assert len(cleaned.data) <= SMALL.bytes_out
    return cleaned


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(BEGINNINGS), st.binary(max_size=300), CLAIMS)
@example(b"RIFF\0\0\0\0WEBP", b"VP8X", "")
@example(b"\xff\xd8\xff", b"\xd9", "")
def test_noise(beginning, noise, claim):
    outcome(beginning + noise, claim)


SAMPLES = {name: make() for name, make in IMAGES.items()}
CUTS = st.lists(st.tuples(st.integers(0, 1 << 16), st.integers(0, 64), st.binary(max_size=8)), max_size=6)


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(sorted(SAMPLES)), CUTS, CLAIMS)
def test_mutations(name, cuts, claim):
    data = SAMPLES[name]
    for at, length, new in cuts:
        at %= len(data)
        data = data[:at] + new + data[at + length :]
    cleaned = outcome(data, claim)
    if isinstance(cleaned, Clean) and cleaned.type.startswith("image/"):
        assert not leaks(cleaned.data, CANARY)
        again = outcome(cleaned.data, "")
        assert isinstance(again, Clean)
        assert again.type == cleaned.type


def test_only_known_formats_are_ever_opened(monkeypatch):
    """Pillow can open about fifty formats, and some are dangerous."""
    seen = []
    real = Image.open

    def watched(file, **options):
        seen.append(options["formats"])
        return real(file, **options)

    monkeypatch.setattr(Image, "open", watched)
    for name in IMAGES:
        clean(SAMPLES[name], "", LIMITS)
    assert seen == [["JPEG"], ["PNG"], ["WEBP"], ["GIF"], ["GIF"]]
