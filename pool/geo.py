"""Cells: the groups of numbers (by capability and area) in which a number is kept and a person's number is searched.

Facts: "Understanding phone number management" and "Phone numbers needed" of Twilio's Proxy guide. Matching is by
dialling code; +1 is split by country, except for eight island countries that are served by US numbers.
"""

from __future__ import annotations

from functools import lru_cache

import phonenumbers
from phonenumbers import PhoneNumber as Parsed

from common.dialling_codes import dialling_code

#: Countries of the North American plan whose people get US numbers.
SERVED_BY_US = frozenset({"AG", "AI", "BM", "BS", "MS", "TC", "VG", "VI"})
UNKNOWN = "XX"
NORTH_AMERICA = 1
#: So many characters of a number tell its country and, in North America, its area.
BEGINNING = 5

#: Which capability classes serve a Session of each mode.
CLASSES = {
    "voice-and-message": ("both",),
    "message-only": ("both", "sms"),
    "voice-only": ("both", "voice"),
}


def parse(number: str) -> Parsed | None:
    try:
        return phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return None


def country_of(number: str) -> str:
    """The country cell of an E.164 number: the main country of its dialling code, for +1 the country itself."""
    return _country_at(number[:BEGINNING])


@lru_cache(maxsize=4000)
def _country_at(beginning: str) -> str:
    code = dialling_code(beginning)
    if code is None:
        return UNKNOWN
    if code != NORTH_AMERICA:
        return phonenumbers.region_code_for_country_code(code)
    region = _region_of(beginning[2:5])
    return "US" if region in SERVED_BY_US else region


@lru_cache(maxsize=1000)
def _region_of(area: str) -> str:
    """Each country of +1 has area codes of its own, so any number with this area code shows the country."""
    if len(area) < 3 or not (area.isascii() and area.isdigit()):
        return "US"
    return phonenumbers.region_code_for_number(Parsed(country_code=1, national_number=int(area + "2345678"))) or "US"


def area_of(number: str) -> str | None:
    """The area code; only in North America."""
    return number[2:5] if dialling_code(number) == NORTH_AMERICA else None


def class_of(capabilities: dict[str, bool]) -> str:
    sms, voice = capabilities.get("sms", False), capabilities.get("voice", False)
    if sms and voice:
        return "both"
    return "sms" if sms else "voice" if voice else "none"


def home_cells(number: str, iso_country: str, capabilities: dict[str, bool]) -> list[str]:
    """The one or two cells of a number. For a short code the carrier says the country."""
    group = class_of(capabilities)
    country = country_of(number) if number.startswith("+") else iso_country
    area = area_of(number) if number.startswith("+") else None
    return [f"{group}:{country}", *([f"{group}:{country}-{area}"] if area else [])]


def iso_country(number: str) -> str:
    """The number's country in the API. Parsed only if its dialling code has several countries: that costs 70 us."""
    code = dialling_code(number)
    if code == NORTH_AMERICA and len(number) >= 5:
        return _region_of(number[2:5])
    regions = phonenumbers.COUNTRY_CODE_TO_REGION_CODE.get(code, ()) if code else ()
    if len(regions) == 1 and regions[0].isalpha():
        return regions[0]
    parsed = parse(number)
    region = phonenumbers.region_code_for_number(parsed) if parsed else None
    return region or country_of(number)
