"""Whether digits have the shape of a number that a telephone accepts, by the metadata of phonenumbers."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from phonenumbers import PhoneMetadata

#: Countries whose national numbers are known.
REGIONS: Final = (
    "US CA GB IE FR DE ES PT IT NL BE CH AT SE NO DK FI PL CZ GR TR RU UA RO HU IL AE SA IN CN HK TW JP KR SG MY TH ID "
    "PH VN AU NZ ZA NG KE EG MA MX BR AR CL CO PE EC UY BO PA CR DO GT"
)


def is_dialable(digits: str) -> bool:
    """Fixed or mobile in one of the countries, as dialled at home (trunk prefix or not) or with the country's code."""
    return bool(_shape().fullmatch(digits))


@cache
def _shape() -> re.Pattern[str]:
    return re.compile("|".join(dict.fromkeys(shape for region in REGIONS.split() for shape in _shapes(region))))


def _shapes(region: str) -> list[str]:
    data = PhoneMetadata.metadata_for_region(region)
    if data is None:
        raise ValueError(f"phonenumbers has no metadata for {region}")
    kinds = (data.fixed_line, data.mobile)
    trunk = f"(?:{data.national_prefix})?" if data.national_prefix else ""
    patterns = [kind.national_number_pattern for kind in kinds if kind and kind.national_number_pattern]
    return [f"(?:{data.country_code}|{trunk})(?:{pattern})" for pattern in patterns]
