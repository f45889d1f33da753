"""Numbers that are no subscriber's line: whoever answers one pays more than for a person's, and reaches nobody.

Satellite phones and the other codes that belong to no country, premium-rate and shared-cost numbers, pagers, voice
mailboxes, companies' and personal numbers. Anybody can write such a number as the sender of a text or a call.
"""

from __future__ import annotations

from functools import lru_cache

import phonenumbers
from phonenumbers import PhoneNumber, PhoneNumberType

from common.dialling_codes import dialling_code
from common.identifiers import is_e164
from pool.geo import NORTH_AMERICA

LINES = frozenset(
    {
        PhoneNumberType.FIXED_LINE,
        PhoneNumberType.MOBILE,
        PhoneNumberType.FIXED_LINE_OR_MOBILE,
        PhoneNumberType.VOIP,
        # A range that libphonenumber does not know yet may be a person's.
        PhoneNumberType.UNKNOWN,
    }
)
#: Of a code that belongs to no country: 870 and 881 are satellites, 979 is premium-rate.
NO_COUNTRY = "001"
US_DIGITS = 10


@lru_cache(maxsize=20_000)
def is_costly(sender: str) -> bool:
    """False for what is not E.164."""
    if not is_e164(sender):
        return False
    code = dialling_code(sender)
    if code is None or phonenumbers.region_code_for_country_code(code) == NO_COUNTRY:
        return True
    national = sender[1 + len(str(code)) :]
    if code == NORTH_AMERICA and len(national) == US_DIGITS and _is_plain_area(national[:3]):
        return False
    return _is_other_line(code, national)


@lru_cache(maxsize=1000)
def _is_plain_area(area: str) -> bool:
    """An area of the United States in which all numbers are alike: a look-up of a whole number of +1 is slow."""
    example = PhoneNumber(country_code=NORTH_AMERICA, national_number=int(f"{area}2345678"))
    return phonenumbers.region_code_for_number(example) == "US" and phonenumbers.number_type(example) in LINES


def _is_other_line(code: int, national: str) -> bool:
    """Without parsing, which costs more than the rest: the number is in E.164."""
    zeros = len(national) - len(national.lstrip("0"))
    number = PhoneNumber(
        country_code=code, national_number=int(national or 0), italian_leading_zero=zeros > 0 or None,
        number_of_leading_zeros=zeros if zeros > 1 else None,
    )  # fmt: skip
    return phonenumbers.number_type(number) not in LINES
