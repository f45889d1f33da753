"""Which senders get no answer even as the first stranger: all regions and kinds of numbers of libphonenumber."""

from __future__ import annotations

import phonenumbers
import pytest
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from policy.lines import LINES, NO_COUNTRY, is_costly

REGIONS = sorted(phonenumbers.SUPPORTED_REGIONS)
KINDS = {name: kind for name, kind in vars(PhoneNumberType).items() if name.isupper()}
ANSWERED = {"FIXED_LINE", "MOBILE", "FIXED_LINE_OR_MOBILE", "VOIP", "UNKNOWN"}
CODES = sorted(code for code, regions in phonenumbers.COUNTRY_CODE_TO_REGION_CODE.items() if regions == (NO_COUNTRY,))


def e164(number: phonenumbers.PhoneNumber | None) -> str:
    assert number is not None
    return str(phonenumbers.format_number(number, PhoneNumberFormat.E164))


def test_the_kinds_that_are_answered():
    assert {name for name, kind in KINDS.items() if kind in LINES} == ANSWERED


@pytest.mark.parametrize("region", REGIONS)
def test_each_kind_of_number_of_each_region(region):
    checked = 0
    for name, kind in KINDS.items():
        example = phonenumbers.example_number_for_type(region, kind)
        # Some examples are also numbers of another kind, for example in a plan that several countries share.
        if example is not None and phonenumbers.number_type(example) == kind and len(e164(example)) >= 8:
            assert is_costly(e164(example)) == (name not in ANSWERED), (name, region)
            checked += 1
    assert checked


@pytest.mark.parametrize("code", CODES)
def test_codes_of_no_country_are_not_answered(code):
    assert code in (800, 808, 870, 878, 881, 882, 883, 888, 979)
    assert is_costly(e164(phonenumbers.example_number_for_non_geo_entity(code)))
    assert is_costly(f"+{code}1234567")


@pytest.mark.parametrize(
    ("sender", "costly"),
    [
        ("+14155550100", False), ("+19005551234", True), ("+18005551234", True), ("+442079460000", False),
        ("+447700900123", False), ("+447012345678", True), ("+449012345678", True), ("+491701234567", False),
        ("+5215512345678", False), ("+99912345678", True), ("+2101234567", True), ("whatsapp:+19005551234", False),
        ("12345", False), ("", False), ("Anonymous", False), ("+266696687", False),
    ],
)  # fmt: skip
def test_some_senders(sender, costly):
    assert is_costly(sender) == costly
