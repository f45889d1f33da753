"""Numbers of 56 countries as people write them: complete, local, in any grouping, and in letters of the keypad."""

from __future__ import annotations

import re
from random import Random

import phonenumbers
from phonenumbers import PhoneNumber, PhoneNumberFormat, PhoneNumberType

REGIONS = [
    "US",
    "CA",
    "MX",
    "BR",
    "AR",
    "CL",
    "CO",
    "PE",
    "EC",
    "UY",
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
    "UA",
    "IL",
    "AE",
    "SA",
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
    "PH",
    "ID",
    "TH",
    "MY",
    "SG",
    "BO",
    "PA",
    "CR",
    "DO",
    "GT",
]
KINDS = (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE)
#: Words for which businesses rent vanity numbers, and the digits that are dialled before them.
VANITY = (
    "1-800-{7}",
    "1 800 {7}",
    "1-888-{3}-{4}",
    "1-877-{4}-{3}",
    "800-{7}",
    "(800) {3} {4}",
    "0800 {6}",
    "0800 {7}",
    "1300 {6}",
    "1800 {6}",
)
LETTERS = {
    3: ["CAR", "TAX", "LAW", "PET", "ICE", "FLY", "NOW", "BUY", "TRY", "FUN"],
    4: ["HOME", "CABS", "CARE", "DEAL", "FOOD", "HELP", "FAST", "CASH", "LOAN", "TAXI"],
    6: ["REPAIR", "DRIVER", "RENTAL", "DENTAL", "BUDGET", "TRAVEL", "LAWYER", "CARPET"],
    7: ["FLOWERS", "PLUMBER", "LAWYERS", "DENTIST", "CLEANER", "MOVERSS", "PAINTER", "MARKETS", "TAXICAB", "GETHELP"],
}


def dialled(random: Random) -> str:
    """Returns a random number in a random spelling."""
    if random.random() < 0.08:
        return re.sub(r"\{(\d)\}", lambda size: random.choice(LETTERS[int(size[1])]), random.choice(VANITY))
    number = _number(random)
    ways = (
        _national,
        _national,
        _digits,
        _regrouped,
        _international,
        _e164,
        _without_plus,
        _local,
        _local,
        _local_grouped,
        _separated,
    )
    return random.choice(ways)(number, random)


def _number(random: Random) -> PhoneNumber:
    """A valid number: the library's example with other last digits."""
    while True:
        region = random.choice(REGIONS)
        example = phonenumbers.example_number_for_type(region, random.choice(KINDS))
        assert example
        national = phonenumbers.national_significant_number(example)
        changed = national[:-5] + "".join(str(random.randrange(10)) for _ in range(5))
        found = phonenumbers.parse(f"+{example.country_code}{changed}")
        if phonenumbers.is_valid_number(found):
            return found


def _national(number: PhoneNumber, random: Random) -> str:
    return phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)


def _digits(number: PhoneNumber, random: Random) -> str:
    return re.sub(r"\D", "", _national(number, random))


def _separated(number: PhoneNumber, random: Random) -> str:
    return re.sub(r"[ \-]+", random.choice([".", "-", " ", " - ", "/"]), re.sub("[()]", "", _national(number, random)))


def _regrouped(number: PhoneNumber, random: Random) -> str:
    return _cut(_digits(number, random), random)


def _international(number: PhoneNumber, random: Random) -> str:
    return phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)


def _e164(number: PhoneNumber, random: Random) -> str:
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def _without_plus(number: PhoneNumber, random: Random) -> str:
    return _international(number, random)[1:]


def _local(number: PhoneNumber, random: Random) -> str:
    """The number as dialled locally: without its area code, in the country's usual grouping."""
    parts = re.findall(r"\d+", _national(number, random))
    while len(parts) > 1 and len("".join(parts[1:])) >= 6:
        parts = parts[1:]
    return random.choice([" ", "-", " "]).join(parts)


def _local_grouped(number: PhoneNumber, random: Random) -> str:
    return _cut(_digits(number, random)[-random.choice([6, 7, 7, 8, 8]) :], random)


def _cut(digits: str, random: Random) -> str:
    """Splits the digits into groups of one to five; groups of one are rare."""
    parts, at = list[str](), 0
    while at < len(digits):
        size = random.choice([1, 2, 2, 3, 3, 3, 4, 4, 5]) if not parts else random.choice([2, 2, 3, 3, 3, 4, 4, 5])
        parts.append(digits[at : at + size])
        at += size
    if len(parts[-1]) == 1 and len(parts) > 1:
        parts[-2:] = [parts[-2] + parts[-1]]
    return random.choice([" ", " ", "-", "."]).join(parts)
