"""Numbers of 40 countries in other spellings than those of dialled.py."""

from __future__ import annotations

import re
from random import Random

import phonenumbers
from phonenumbers import PhoneNumber, PhoneNumberFormat, PhoneNumberType

REGIONS = [
    "US",
    "CA",
    "GB",
    "IE",
    "FR",
    "DE",
    "ES",
    "PT",
    "IT",
    "NL",
    "BE",
    "CH",
    "AT",
    "SE",
    "NO",
    "DK",
    "FI",
    "PL",
    "CZ",
    "GR",
    "TR",
    "RU",
    "IL",
    "AE",
    "IN",
    "CN",
    "JP",
    "KR",
    "AU",
    "NZ",
    "ZA",
    "NG",
    "KE",
    "EG",
    "MX",
    "BR",
    "AR",
    "CL",
    "CO",
    "PE",
]
VANITY = ("1-800-{}", "1.800.{}", "1-855-{}", "+1 800 {}", "(888) {}", "1 866 {}")
NAMES = ["PIZZERI", "ROOFING", "CATERER", "TICKETS", "MORTAGE", "HAIRCUT", "FLORIST", "GARDENS"]


def written(random: Random) -> str:
    """Returns a random number in a random spelling."""
    if random.random() < 0.05:
        return random.choice(VANITY).format(random.choice(NAMES))
    return _spelled(_number(random), random)


def _number(random: Random) -> PhoneNumber:
    """A valid number: the library's example with other last digits."""
    region = random.choice(REGIONS)
    while True:
        kind = random.choice([PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE, PhoneNumberType.MOBILE])
        example = phonenumbers.example_number_for_type(region, kind)
        assert example
        national = phonenumbers.national_significant_number(example)
        changed = national[:-4] + "".join(str(random.randrange(10)) for _ in range(4))
        found = phonenumbers.parse(f"+{example.country_code}{changed}")
        if phonenumbers.is_valid_number(found):
            return found


def _spelled(number: PhoneNumber, random: Random) -> str:
    national = phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)
    abroad = phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)
    digits, parts = re.sub(r"\D", "", national), re.findall(r"\d+", national)
    way = random.randrange(12)
    if way in (3, 4, 6, 7):
        return _from_abroad(number, abroad, way, random)
    if way == 5:
        return digits
    if way == 8:
        return _next_door(parts)
    if way == 9:
        size = random.choice([2, 3])
        return random.choice([" ", "-", "."]).join(re.findall(rf"\d{{{size}}}(?:\d(?!\d))?|\d+", digits))
    if way == 10:
        return _end(digits[-random.choice([7, 8]) :], random)
    return f"({parts[0]}) {'-'.join(parts[1:])}" if way == 11 and len(parts) > 1 else national


def _from_abroad(number: PhoneNumber, abroad: str, way: int, random: Random) -> str:
    if way == 4:
        return phonenumbers.format_number(number, PhoneNumberFormat.E164)
    if way == 6:
        return abroad.replace("+", "00", 1)
    return re.sub(r"\D+", random.choice([".", "-", "  ", " "]), abroad.lstrip("+")) if way == 7 else abroad


def _next_door(parts: list[str]) -> str:
    """The number without its area code."""
    while len(parts) > 1 and sum(map(len, parts[1:])) >= 6:
        parts = parts[1:]
    return " ".join(parts)


def _end(digits: str, random: Random) -> str:
    """Splits the digits into two or three groups."""
    cut = random.choice([1, 2, 3, 4])
    if random.random() < 0.5:
        return f"{digits[:cut]} {digits[cut:]}"
    return f"{digits[:cut]} {digits[cut : cut + 2]} {digits[cut + 2 :]}"
