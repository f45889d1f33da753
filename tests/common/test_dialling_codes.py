"""A number that is taken as it is written is one that libphonenumber would not change, of every country."""

from __future__ import annotations

import random
from collections.abc import Iterator

import phonenumbers
import pytest

from common import identifiers
from common.dialling_codes import dialling_code, is_plainly_possible
from common.errors import Invalid

RANDOM = random.Random(7)


def spoilt(national: str) -> Iterator[str]:
    """A national number, and what a typing error, a short number or a national prefix makes of it."""
    yield national
    yield national[:-1]
    yield national + "7"
    for prefix in ("0", "00", "1", "8", "9", "15", "1180", "180020"):
        yield prefix + national
        yield (prefix + national)[: len(national)]
    for length in range(4, 15):
        yield "".join(RANDOM.choices("0123456789", k=length))


def numbers_of(code: int) -> list[str]:
    kinds = phonenumbers.PhoneNumberType.values()
    regions = phonenumbers.COUNTRY_CODE_TO_REGION_CODE[code]
    found = [phonenumbers.example_number_for_type(region, kind) for region in regions for kind in kinds]
    nationals = {phonenumbers.national_significant_number(one) for one in found if one}
    numbers = [f"+{code}{each}" for one in sorted(nationals) for each in spoilt(one)]
    return [number for number in numbers if identifiers.is_e164(number)]


def by_parsing(number: str) -> str | None:
    try:
        return identifiers._parsed(number)
    except Invalid:
        return None


@pytest.mark.parametrize("code", sorted(phonenumbers.COUNTRY_CODE_TO_REGION_CODE))
def test_a_number_that_is_taken_as_it_is_would_be_the_same_after_parsing(code: int) -> None:
    for number in map(identifiers._plain, numbers_of(code)):
        assert not is_plainly_possible(number) or by_parsing(number) == number, number


def test_most_numbers_need_no_parsing() -> None:
    regions = ("US", "CA", "GB", "DE", "FR", "IN", "IT", "MX", "ES", "AU", "JP", "RU")
    mobiles = [phonenumbers.example_number_for_type(one, phonenumbers.PhoneNumberType.MOBILE) for one in regions]
    assert all(is_plainly_possible(phonenumbers.format_number(one, 0)) for one in mobiles if one)


@pytest.mark.parametrize(("number", "code"), [("+12125550100", 1), ("+447911123456", 44), ("+2", None), ("44", None)])
def test_the_code_of_a_number(number: str, code: int | None) -> None:
    assert dialling_code(number) == code
