"""Dialling codes of countries, and the numbers that need no change: parsing a number costs 70 us."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

import phonenumbers
from phonenumbers import PhoneMetadata

#: The longest code has three digits after the +.
LONGEST = 4


class _Country(NamedTuple):
    """`before`: what is dialled before a number only within the country; None: nothing. `digits`: how many follow
    the code.
    """

    before: re.Pattern[str] | None
    digits: frozenset[int]


def dialling_code(number: str) -> int | None:
    """Of a number with a +."""
    return _code(number[:LONGEST])


@lru_cache(maxsize=2000)
def _code(beginning: str) -> int | None:
    """No dialling code is the beginning of another, so the first that fits is right."""
    codes = (beginning[1:end] for end in range(2, LONGEST + 1)) if beginning.startswith("+") else ()
    known = (int(code) for code in codes if code.isascii() and code.isdigit())
    return next((code for code in known if code in phonenumbers.COUNTRY_CODE_TO_REGION_CODE), None)


def is_plainly_possible(number: str) -> bool:
    """Whether libphonenumber would find this E.164 number possible and change no digit. If False, ask it."""
    code = dialling_code(number)
    country = None if code is None else _country(code)
    if country is None:
        return False
    national = number[1 + len(str(code)) :]
    return len(national) in country.digits and not (country.before and country.before.match(national))


@lru_cache(maxsize=300)
def _country(code: int) -> _Country | None:
    found = PhoneMetadata.metadata_for_region(phonenumbers.region_code_for_country_code(code))
    if found is None or found.general_desc is None:
        return None
    before = found.national_prefix_for_parsing
    return _Country(re.compile(before) if before else None, frozenset(found.general_desc.possible_length))
