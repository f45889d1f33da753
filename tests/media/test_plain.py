"""Text and voice notes: what has no place for metadata passes as it is, what pretends to be such does not."""

from __future__ import annotations

import pytest

from relay.media.clean import Limits, Reason, Unclean, clean

LIMITS = Limits()
#: One frame of each rate: header, then its bytes.
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


@pytest.mark.parametrize(
    "data",
    [
        b"see <b>this</b>", b"<!-- -->", b"<?php", b"x <SCRIPT>", b"a\0b", b"\x1b[2J", "ö".encode("latin-1"),
        b"#!/bin/sh\n",
        b" %PDF-1.4", b"%!PS", b"{\\rtf1", b"hi\nBEGIN:VCARD\nTEL:1\nEND:VCARD", b"x\nbegin:vcalendar", b"\xff\xfea\0",
    ],
)  # fmt: skip
def test_what_is_not_plain_is_refused(data):
    assert refusal(data) is Reason.UNSUPPORTED


def test_bounds_of_text():
    assert clean(b"x" * 16_384, "text/plain", LIMITS).extension == "txt"
    assert refusal(b"x" * 16_385) is Reason.TOO_LARGE
    assert refusal(b" \n") is Reason.NOTHING_LEFT
    assert refusal(b"hello", limits=Limits(bytes_out=4)) is Reason.CANNOT_FIT


def test_a_voice_note_passes():
    assert clean(VOICE, "audio/mpeg", LIMITS) == ("audio/amr", VOICE, "amr")


@pytest.mark.parametrize("tail", [b"TAG" + bytes(125), b"PK\x03\x04", b"ID3\x03", b"\xfc", FRAMES[0][:-1]])
def test_every_byte_of_a_voice_note_belongs_to_a_frame(tail):
    assert refusal(VOICE + tail) is Reason.DAMAGED
    assert refusal(b"#!AMR\n" + tail) is Reason.DAMAGED


def test_a_voice_note_without_voice():
    assert refusal(b"#!AMR\n") is Reason.NOTHING_LEFT
