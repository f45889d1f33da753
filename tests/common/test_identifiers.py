"""Spellings of one number: what libphonenumber reads, country-specific digits by channel, number prefixes."""

from __future__ import annotations

import pytest

from common.errors import Invalid
from common.identifiers import MESSAGE, VOICE, normalise, outgoing, require, spellings, trunk_zero

READ = [
    # Numbers as people write them, with the 0 or 8 that is dialled within the country.
    ("+44 (0)7400 123456", "+447400123456"),
    ("+44 0 20 7946 0000", "+442079460000"),
    ("+33 0 6 12 34 56 78", "+33612345678"),
    ("+49 (0)30 123456", "+4930123456"),
    ("+81 090-1234-5678", "+819012345678"),
    ("+7 8 912 345 67 89", "+79123456789"),
    # In these countries the digit is part of the number.
    ("+7 800 555 35 35", "+78005553535"),
    ("+39 06 1234 5678", "+390612345678"),
    ("+225 01 23 45 67 89", "+2250123456789"),
    ("+1 (408) 555-0111", "+14085550111"),
    # Extra digits that mark mobile numbers.
    ("+52 1 55 1234 5678", "+525512345678"),
    ("+54 9 11 2345-6789", "+541123456789"),
    ("+54 11 15 2345-6789", "+541123456789"),
]


@pytest.mark.parametrize(("written", "number"), READ)
def test_what_is_read(written, number):
    assert require(written) == number
    # Every spelling that the carrier may send is read as the same number.
    assert {normalise(one) for one in spellings(number)} == {number}


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("+1 408 555 011", "too few digits"),
        ("+1 408 555 01111", "too many digits"),
        ("+999 123 4567", "country code does not exist"),
        ("+441", "in E.164"),
        ("4085550111", "in E.164"),
        ("call me", "in E.164"),
        ("+266696687", "in E.164"),
    ],
)
def test_what_no_network_has(written, reason):
    with pytest.raises(Invalid) as refused:
        require(written)
    assert refused.value.code == 80404 and reason in refused.value.message
    assert written not in refused.value.message


OUT = [
    # Twilio's guidelines for Mexico: ten digits after +52, for texts and calls.
    ("+525512345678", MESSAGE, "+525512345678"),
    ("+525512345678", VOICE, "+525512345678"),
    # Proxy guide, country quirks: calls to Argentine mobiles need the 9, texts must not have it.
    ("+541123456789", MESSAGE, "+541123456789"),
    ("+541123456789", VOICE, "+5491123456789"),
    # A toll-free number of Argentina is not a mobile number.
    ("+548001234567", VOICE, "+548001234567"),
    ("+14085550111", VOICE, "+14085550111"),
    ("+5411234567", VOICE, "+5411234567"),
]


@pytest.mark.parametrize(("number", "channel", "dialled"), OUT)
def test_what_the_carrier_is_given(number, channel, dialled):
    assert outgoing(number, channel) == dialled


@pytest.mark.parametrize(
    ("beginning", "code"),
    [
        ("+440", "+44"),
        ("+3306", "+33"),
        ("+3580", "+358"),
        ("+39", None),
        ("+390", None),
        ("+4420", None),
        ("+1", None),
    ],
)
def test_a_zero_that_no_number_has(beginning, code):
    assert trunk_zero(beginning) == code
