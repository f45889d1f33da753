"""Every region: no text is sent while all its zones have quiet hours, and none is held while no zone has them."""

from __future__ import annotations

from datetime import UTC, datetime, time
from importlib import resources
from zoneinfo import ZoneInfo

import phonenumbers
import pytest

from policy.quiet_hours import Hours, next_moment, zones_of
from policy.time_zones import zones_by_country

NIGHT = Hours(time(21), time(8))
HOUR = 3_600_000
REGIONS = sorted(phonenumbers.SUPPORTED_REGIONS)
FIRST_DAYS = [datetime(2026, month, 1, tzinfo=UTC) for month in (1, 7)]


def oracle() -> dict[str, set[str]]:
    """Zones by country from another table of the tz database, where countries with the same time share one zone."""
    text = (resources.files("tzdata") / "zoneinfo" / "zone1970.tab").read_text(encoding="utf-8")
    found: dict[str, set[str]] = {}
    for line in text.splitlines():
        if not line.startswith("#"):
            countries, _, name = line.split("\t")[:3]
            for country in countries.split(","):
                found.setdefault(country, set()).add(name)
    return found


ZONES = {**oracle(), "AC": {"Africa/Abidjan"}, "TA": {"Africa/Abidjan"}, "XK": {"Europe/Belgrade"}}


def numbers(region: str) -> set[str]:
    """Example mobile and landline numbers, without those that belong to another region (as for Christmas Island)."""
    kinds = (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE)
    found = [one for kind in kinds if (one := phonenumbers.example_number_for_type(region, kind))]
    own = [one for one in found if phonenumbers.region_code_for_number(one) == region]
    return {phonenumbers.format_number(one, phonenumbers.PhoneNumberFormat.E164) for one in own}


def is_quiet(zone: str, moment_ms: int) -> bool:
    return NIGHT.has(datetime.fromtimestamp(moment_ms / 1000, ZoneInfo(zone)).time())


def check(region: str, number: str, moment_ms: int) -> None:
    quiet = [is_quiet(zone, moment_ms) for zone in ZONES[region]]
    now = next_moment(number, moment_ms, NIGHT) == moment_ms
    assert not (now and all(quiet)), f"{region}: sent at night"
    assert now or any(quiet), f"{region}: held by day"


def check_hours(region: str, hours: range) -> None:
    for number in numbers(region):
        for day in FIRST_DAYS:
            for hour in hours:
                check(region, number, int(day.timestamp() * 1000) + hour * HOUR)


def test_every_region_has_zones():
    assert len(REGIONS) > 240
    # Western Sahara and Saint Martin have only numbers of Morocco and of Guadeloupe.
    assert [region for region in REGIONS if not numbers(region)] == ["EH", "MF"]
    assert not [number for region in REGIONS for number in numbers(region) if not zones_of(number)]


@pytest.mark.parametrize("region", REGIONS)
def test_a_day_in_january_and_one_in_july(region):
    check_hours(region, range(24 * 14, 24 * 15))


# Slow: checks every region of the world, hour by hour.
@pytest.mark.slow
@pytest.mark.parametrize("region", REGIONS)
def test_every_hour_of_january_and_july(region):
    check_hours(region, range(24 * 31))


def test_a_country_of_one_zone_has_that_clock():
    """A neighbour's zone would be wrong for Morocco, Algeria, Libya, Nicaragua, South Sudan and Jamaica."""
    known = {region: zones for region, zones in zones_by_country().items() if region in REGIONS and numbers(region)}
    alone = {region: zones for region, zones in known.items() if len(zones) == 1}
    assert {"MA", "DZ", "LY", "NI", "SS", "JM"} <= alone.keys()
    for region, zones in alone.items():
        assert {zones_of(number) for number in numbers(region)} == {zones}


@pytest.mark.parametrize(
    ("number", "zones"),
    [
        ("+18765551234", {"America/Jamaica"}),
        ("+12125550100", {"America/New_York"}),
        ("+525512345678", {"America/Mexico_City"}),
        # The library has the former name of this zone; both names mean the same zone.
        ("+541123456789", {"America/Argentina/Buenos_Aires"}),
        # Russia, not Romania. All zones of Russia count, because the library knows no zone for this prefix.
        ("+74012123456", set(zones_by_country()["RU"])),
    ],
)
def test_by_the_prefix_within_the_country(number, zones):
    assert set(zones_of(number)) == zones


@pytest.mark.parametrize("area", ["457", "621", "729", "837", "924"])
def test_an_area_code_that_the_library_does_not_know_is_of_the_main_country(area):
    assert set(zones_of(f"+1{area}5551234")) == set(zones_by_country()["US"])


def test_where_the_app_says_that_the_person_is():
    moment = int(datetime(2026, 1, 15, 12, tzinfo=UTC).timestamp() * 1000)
    assert next_moment("+442079460000", moment, NIGHT) == moment
    # It is 21:00 in Tokyo, so the text waits until 08:00 there.
    assert next_moment("+442079460000", moment, NIGHT, "Asia/Tokyo") == moment + 11 * HOUR
