"""Text and voice notes: formats without metadata pass unchanged; files that only pretend to be one are refused."""

from __future__ import annotations

import pytest

from media.cleaning.clean import Limits, Reason, Unclean, clean

LIMITS = Limits()
#: One frame of each bit rate: its header, then its bytes.
FRAMES = [bytes([rate << 3 | 4]) + bytes(size) for rate, size in enumerate((12, 13, 15, 17, 19, 20, 26, 31, 5))]
VOICE = b"#!AMR\n" + b"".join(FRAMES) + bytes([15 << 3])


def refusal(data, claim="text/plain", limits=LIMITS) -> Reason:
    with pytest.raises(Unclean) as refused:
        clean(data, claim, limits)
    return refused.value.reason


@pytest.mark.parametrize("text", ["hello", "Żółć 😀 a\tb\r\nc\f", "I <3 you, 2 < 3 & 4 > 1", "a 100% real < sign"])
@pytest.mark.parametrize("claim", ["text/plain", "Text/Plain; charset=utf-8"])
def test_text_passes_as_it_is(text, claim):
    assert clean(text.encode(), claim, LIMITS) == ("text/plain", text.encode(), "txt")


def test_its_mark_of_order_goes():
    assert clean("\ufeffhello".encode(), "text/plain", LIMITS).data == b"hello"


SAID = "Größe: 5 €"


@pytest.mark.parametrize(("charset", "bytes_"), [
    ("", b"\xff\xfe" + SAID.encode("utf-16-le")),
    ("", b"\xfe\xff" + SAID.encode("utf-16-be")),
    ("iso-8859-1", b"\xef\xbb\xbf" + SAID.encode()),
    ("utf-16le", SAID.encode("utf-16-le")),
    ("UTF-16", SAID.encode("utf-16-be")),
    ('"ISO-8859-1"', SAID.encode("cp1252")),
    ("us-ascii", SAID.encode()),
    ("iso-8859-15", SAID.encode("iso-8859-15")),
    ("no-such", SAID.encode()),
])  # fmt: skip
def test_a_mark_or_else_the_charset_says_how_to_read_it(charset, bytes_):
    """UTF-16 without a byte order mark is big-endian (RFC 2781, 4.3); Latin-1 means Windows-1252 (WHATWG Encoding)."""
    assert clean(bytes_, f"text/plain; charset={charset}", LIMITS) == ("text/plain", SAID.encode(), "txt")


@pytest.mark.parametrize("charset", ["utf-7", "unicode_escape", "idna", "zlib"])
def test_a_charset_of_no_phone_is_not_asked(charset):
    assert clean(b"+AGE-\\u0061", f"text/plain; charset={charset}", LIMITS).data == b"+AGE-\\u0061"


SMIL = b"<smil><head><layout/></head><body><par><img src='a.jpg'/></par></body></smil>"


@pytest.mark.parametrize(
    "before", [b"", b"<?xml version='1.0'?>\n", b"\xef\xbb\xbf", b'<!DOCTYPE smil PUBLIC "a" "b">']
)
def test_a_layout_holds_nothing_that_somebody_sent(before):
    assert refusal(before + SMIL, "application/octet-stream") is Reason.NO_CONTENT
    assert refusal(before + b"<svg/>" + SMIL, "application/octet-stream") is Reason.UNSUPPORTED


@pytest.mark.parametrize(
    "data",
    [
        b"see <b>this</b>", b"<!-- -->", b"<?php", b"x <SCRIPT>", b"a\0b", b"\x1b[2J", "ö".encode("latin-1"),
        b"\xff\xfea", b"#!/bin/sh\n",
        b" %PDF-1.4", b"%!PS", b"{\\rtf1", b"hi\nBEGIN:VCARD\nTEL:1\nEND:VCARD", b"x\nbegin:vcalendar",
        b"\xff\xfe" + "<b>".encode("utf-16-le"), b"\xfe\xff\xd8\x00\x00a",
    ],
)  # fmt: skip
def test_what_is_not_plain_is_refused(data):
    assert refusal(data) is Reason.UNSUPPORTED


def test_bounds_of_text():
    assert clean(b"x" * 16_384, "text/plain", LIMITS).extension == "txt"
    assert refusal(b"x" * 16_385) is Reason.TOO_LARGE
    assert refusal(b" \n") is refusal(b"") is Reason.NO_CONTENT
    assert refusal(b"hello", limits=Limits(bytes_out=4)) is Reason.CANNOT_FIT


def test_a_voice_note_passes():
    assert clean(VOICE, "audio/mpeg", LIMITS) == ("audio/amr", VOICE, "amr")


@pytest.mark.parametrize("tail", [b"TAG" + bytes(125), b"PK\x03\x04", b"ID3\x03", b"\xfc", FRAMES[0][:-1]])
def test_every_byte_of_a_voice_note_belongs_to_a_frame(tail):
    assert refusal(VOICE + tail) is Reason.DAMAGED
    assert refusal(b"#!AMR\n" + tail) is Reason.DAMAGED


def test_a_voice_note_without_voice():
    assert refusal(b"#!AMR\n") is Reason.NOTHING_LEFT
