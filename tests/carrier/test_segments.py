"""Segment counts, checked against a table of border cases, the carrier's bills, and rules that always hold."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carrier.segments import Encoding, Segments, segments

GSM, UCS = Encoding.GSM_7, Encoding.UCS_2
EMOJI = "😀"
FAMILY = "👨‍👩‍👧"
BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION = "\f^{}\\[~]|€"
TABLE = [
    # text, encoding, units, parts
    ("", GSM, 0, 0),
    ("a", GSM, 1, 1),
    ("a" * 160, GSM, 160, 1),
    ("a" * 161, GSM, 161, 2),
    ("a" * 306, GSM, 306, 2),
    ("a" * 307, GSM, 307, 3),
    ("a" * 459, GSM, 459, 3),
    ("a" * 460, GSM, 460, 4),
    ("a" * 1600, GSM, 1600, 11),
    ("[" * 80, GSM, 160, 1),
    ("[" * 81, GSM, 162, 2),
    ("a" * 158 + "€", GSM, 160, 1),
    ("a" * 159 + "€", GSM, 161, 2),
    # An escape pair is not split at the first border, which wastes a unit, so 306 units need three parts.
    ("a" * 151 + "[" + "a" * 153, GSM, 306, 2),
    ("a" * 152 + "[" + "a" * 152, GSM, 306, 3),
    ("a" * 152 + "[" + "a" * 151, GSM, 305, 2),
    ("a" * 153 + "[" + "a" * 151, GSM, 306, 2),
    # The same at the second border. A unit wasted at the first border moves the second one.
    ("a" * 305 + "[" + "a" * 152, GSM, 459, 4),
    ("a" * 304 + "[" + "a" * 153, GSM, 459, 3),
    ("a" * 152 + "[" + "a" * 150 + "[", GSM, 306, 3),
    ("[" * 152, GSM, 304, 2),
    ("[" * 153, GSM, 306, 3),
    ("ü" * 160, GSM, 160, 1),
    ("\f" * 80, GSM, 160, 1),
    ("a\r\n" * 53, GSM, 159, 1),
    ("ç" * 70, UCS, 70, 1),
    ("ç" * 71, UCS, 71, 2),
    ("`", UCS, 1, 1),
    ("\u00a0", UCS, 1, 1),
    ("’" + "a" * 69, UCS, 70, 1),
    ("’" + "a" * 70, UCS, 71, 2),
    ("’" + "a" * 133, UCS, 134, 2),
    ("’" + "a" * 134, UCS, 135, 3),
    # In UCS-2 the characters of the GSM extension cost one unit.
    ("’" + "[" * 69, UCS, 70, 1),
    (EMOJI * 35, UCS, 70, 1),
    (EMOJI * 36, UCS, 72, 2),
    (EMOJI * 66, UCS, 132, 2),
    (EMOJI * 67, UCS, 134, 3),
    ("a" * 68 + EMOJI, UCS, 70, 1),
    ("a" * 69 + EMOJI, UCS, 71, 2),
    # A surrogate pair is not split at the border, which wastes a unit.
    ("a" * 65 + EMOJI + "a" * 67, UCS, 134, 2),
    ("a" * 66 + EMOJI + "a" * 66, UCS, 134, 3),
    ("a" * 66 + EMOJI + "a" * 65, UCS, 133, 2),
    ("a" * 67 + EMOJI + "a" * 65, UCS, 134, 2),
    ("a" * 132 + EMOJI + "a" * 67, UCS, 201, 3),
    ("a" * 133 + EMOJI + "a" * 66, UCS, 201, 4),
    (FAMILY * 8, UCS, 64, 1),
    ("\ud83d", UCS, 1, 1),
]


@pytest.mark.parametrize(("text", "encoding", "units", "count"), TABLE)
def test_the_table(text, encoding, units, count):
    assert segments(text) == Segments(encoding, units, count)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("a" * 80 + "\r\n" + "a" * 79, 2),
        ("a" * 80 + "\n" + "a" * 79, 1),
        ("a" * 200 + "\r\n" + "a" * 105, 3),
        ("é" * 70, 1),
        ("e\u0301" * 70, 3),
        ("e\u0301", 1),
        ("“hello”", 1),
        ("中" * 70, 1),
        ("中" * 71, 2),
        ("|", 1),
        ("]" * 153, 3),
        ("this is a " + "]" * 74 + "😘", 2),
    ],
)
def test_what_the_carrier_billed(text, count):
    """Counts reported by people who sent these texts through Twilio."""
    assert segments(text).count == count


def test_the_alphabet():
    assert len(set(BASIC)) == 127
    assert all(segments(character) == Segments(GSM, 1, 1) for character in BASIC)
    assert all(segments(character) == Segments(GSM, 2, 1) for character in EXTENSION)
    others = [chr(code) for code in range(0x3000) if chr(code) not in BASIC + EXTENSION]
    assert all(segments(character) == Segments(UCS, 1, 1) for character in others)


def octets(text, encoding):
    """A text's size in units, computed in another way than in the product."""
    if encoding is UCS:
        return len(text.encode("utf-16-le", "surrogatepass")) // 2
    return len(text) + sum(text.count(character) for character in EXTENSION)


TEXTS = st.one_of(
    st.text(max_size=500),
    st.text(BASIC + EXTENSION, max_size=800),
    st.lists(st.sampled_from(["a" * 66, "a" * 152, "[", EMOJI, "’", "a"]), max_size=12).map("".join),
)


@given(TEXTS)
def test_the_count_is_near_what_the_units_take(text):
    """The count is never below the units divided by the size of a part; a border may waste a unit."""
    counted = segments(text)
    assert counted.units == octets(text, counted.encoding)
    alone, part = (160, 153) if counted.encoding is GSM else (70, 67)
    if counted.units <= alone:
        assert counted.count == (1 if text else 0)
    else:
        assert counted.count >= -(-counted.units // part)


@given(TEXTS, TEXTS)
def test_more_text_never_costs_less(text, more):
    assert segments(text + more).count >= segments(text).count
