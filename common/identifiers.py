"""A person's real address: returned byte for byte as it was given, and found by one normal form of its number.

That form is E.164 by libphonenumber, without the digits that some countries put between their code and a mobile
number. The carrier needs such a digit for some channels and not for others: MARKS says for which.

Facts: the carrier sends E.164. Mexico: numbers have ten digits after +52 for texts and calls; with the old 1 they are
blocked or cost more (Twilio's guidelines for Mexico). Argentina: a mobile has a 9 after +54 when it is called from
abroad, and none when it is texted (Proxy guide, "country quirks"); 15 after the area code has the same meaning in
national numbers.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

import phonenumbers
from phonenumbers import ValidationResult

from common.dialling_codes import is_plainly_possible
from common.errors import Invalid

SCHEME = "tel"
MESSAGE, VOICE = "message", "voice"
_E164 = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII)
_SEPARATORS = re.compile(r"[ ().\-]")

#: What carriers send if the caller id is withheld (266696687 spells ANONYMOUS).
ANONYMOUS = frozenset({"+266696687", "+7378742833", "+2562533", "+8656696", "+86282452253"})


class Mark(NamedTuple):
    """`marked`, `plain`: prefixes of one number, before `digits` digits. `wanted`: channels that need the mark."""

    marked: str
    plain: str
    digits: int
    wanted: frozenset[str]


MARKS = (Mark("+521", "+52", 10, frozenset()), Mark("+549", "+54", 10, frozenset({VOICE})))

BAD = "must be a phone number in E.164, such as +14155550123"
REASONS = {
    ValidationResult.INVALID_COUNTRY_CODE: "its country code does not exist",
    ValidationResult.TOO_SHORT: "it has too few digits for its country",
    ValidationResult.TOO_LONG: "it has too many digits for its country",
    ValidationResult.INVALID_LENGTH: "no number of its country has so many digits",
    ValidationResult.IS_POSSIBLE_LOCAL_ONLY: "its area code is missing",
}


def is_e164(text: str) -> bool:
    return bool(_E164.fullmatch(text)) and text not in ANONYMOUS


def normalise(text: str) -> str | None:
    """The normal form of a carrier's `From` or `To`, or None if it is not a person's number."""
    number = _SEPARATORS.sub("", text)
    return _plain(number) if is_e164(number) else None


@lru_cache(maxsize=20_000)
def lookup(text: str) -> str:
    """The form under which any address is indexed, a person's or not."""
    return normalise(text) or text


def require(text: str) -> str:
    """The normal form of a number that an app wrote. Raises Invalid 80404 if it is impossible.

    The 0 or 8 for calls within a country, as in +44 (0)20 7946 0000, is dropped.
    """
    number = normalise(text)
    if number is None:
        raise Invalid("Identifier", BAD, code=80404)
    return number if is_plainly_possible(number) else _parsed(number)


def _parsed(number: str) -> str:
    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        raise Invalid("Identifier", _reason(ValidationResult.INVALID_COUNTRY_CODE), code=80404) from None
    length = phonenumbers.is_possible_number_with_reason(parsed)
    if length != ValidationResult.IS_POSSIBLE:
        raise Invalid("Identifier", _reason(length), code=80404)
    return _plain(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))


def _reason(reason: int) -> str:
    return f"{BAD}; {REASONS[reason]}"


def outgoing(number: str, channel: str) -> str:
    """A normal form as the carrier needs it. `channel`: message | voice."""
    for mark in MARKS:
        if channel in mark.wanted and _fits(number, mark.plain, mark.digits):
            return _marked(mark, number)
    return number


def _marked(mark: Mark, number: str) -> str:
    """The marked number only if it is a valid mobile number: the plain one may be a landline."""
    found = mark.marked + number[len(mark.plain) :]
    return found if phonenumbers.is_valid_number(phonenumbers.parse(found, None)) else number


def spellings(number: str) -> tuple[str, ...]:
    """The normal form, and the form with its country's mark."""
    fitting = (mark for mark in MARKS if _fits(number, mark.plain, mark.digits))
    return (number, *(mark.marked + number[len(mark.plain) :] for mark in fitting))


def _plain(number: str) -> str:
    for mark in MARKS:
        if _fits(number, mark.marked, mark.digits):
            return mark.plain + number[len(mark.marked) :]
    return number


def _fits(number: str, beginning: str, digits: int) -> bool:
    return number.startswith(beginning) and len(number) == len(beginning) + digits


def trunk_zero(beginning: str) -> str | None:
    """The country code of a prefix that has a wrong 0 after it: a country whose numbers never begin with 0."""
    codes = (beginning[1:end] for end in (2, 3, 4) if beginning[end : end + 1] == "0")
    return next((f"+{code}" for code in codes if _has_trunk_zero(int(code))), None)


@lru_cache(maxsize=300)
def _has_trunk_zero(code: int) -> bool:
    """False for countries whose numbers may begin with 0, such as Italy."""
    if code not in phonenumbers.COUNTRY_CODE_TO_REGION_CODE:
        return False
    region = phonenumbers.region_code_for_country_code(code)
    return bool(phonenumbers.ndd_prefix_for_region(region, False) == "0")


def identifier_associated_data(service_sid: str, participant_sid: str) -> str:
    """Of a Participant's sealed number: it cannot be opened for another Participant."""
    return f"identifier\0{service_sid}\0{participant_sid}"
