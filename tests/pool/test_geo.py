"""The geographic cells that a proxy number belongs to, and the cells that are searched for a person."""

import phonenumbers
import pytest

from pool import geo, selection


@pytest.mark.parametrize(
    ("number", "country"),
    [
        ("+14155550123", "US"), ("+16045550123", "CA"), ("+18765550123", "JM"),
        ("+12684641234", "US"), ("+12644971234", "US"), ("+14412921234", "US"), ("+12423221234", "US"),
        ("+16644911234", "US"), ("+16499461234", "US"), ("+12844941234", "US"), ("+13407741234", "US"),
        ("+442079460123", "GB"), ("+441534712345", "GB"), ("+441481712345", "GB"), ("+441624612345", "GB"),
        ("+4915123456789", "DE"), ("+77012345678", "RU"), ("+390612345678", "IT"), ("+87077123456", "001"),
        ("anonymous", "XX"),
    ],
)  # fmt: skip
def test_the_country_is_the_dialling_codes_with_the_groups(number: str, country: str) -> None:
    assert geo.country_of(number) == country


@pytest.mark.parametrize(
    ("capabilities", "cells"),
    [
        ({"sms": True, "voice": True}, ["both:US", "both:US-415"]),
        ({"sms": True, "voice": False}, ["sms:US", "sms:US-415"]),
        ({"voice": True}, ["voice:US", "voice:US-415"]),
        ({}, ["none:US", "none:US-415"]),
    ],
)
def test_a_number_stands_in_two_cells_of_its_capabilities(capabilities: dict[str, bool], cells: list[str]) -> None:
    assert geo.home_cells("+14155550123", "US", capabilities) == cells


def test_outside_north_america_there_is_one_cell() -> None:
    assert geo.home_cells("+442079460123", "GB", {"sms": True, "voice": True}) == ["both:GB"]
    assert geo.home_cells("12345", "US", {"sms": True}) == ["sms:US"]


def test_a_person_looks_where_the_level_says() -> None:
    person, near, whole = "+14155550123", ["both:US-415"], ["both:US"]
    mode = "voice-and-message"
    assert selection.cell_groups(person, "country", mode) == [whole]
    assert selection.cell_groups(person, "area-code", mode) == [near]
    assert selection.cell_groups(person, "overlay", mode) == [near, whole]
    assert selection.cell_groups("+442079460123", "area-code", mode) == [["both:GB"]]


def test_a_mode_accepts_every_class_that_serves_it() -> None:
    assert selection.cell_groups("+442079460123", "country", "message-only") == [["both:GB", "sms:GB"]]
    assert selection.cell_groups("+442079460123", "country", "voice-only") == [["both:GB", "voice:GB"]]


def test_the_short_way_to_a_country_is_the_right_one() -> None:
    """The short lookup agrees with a full parse, for numbers of every region and all North American area codes."""
    kinds = (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE)
    examples = [
        phonenumbers.example_number_for_type(region, kind)
        for region in sorted(phonenumbers.SUPPORTED_REGIONS)
        for kind in kinds
    ]
    numbers = [phonenumbers.format_number(one, phonenumbers.PhoneNumberFormat.E164) for one in examples if one]
    numbers += [f"+1{area}5550123" for area in range(200, 1000)]
    for number in numbers:
        whole = phonenumbers.region_code_for_number(phonenumbers.parse(number, None))
        assert geo.iso_country(number) == (whole or geo.country_of(number)), number
