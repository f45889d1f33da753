"""Whether digits have the form of a number that can be dialled, by the metadata of phonenumbers."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata

#: Countries whose national numbers are known.
REGIONS: Final = (
    "US CA GB IE FR DE ES PT IT NL BE CH AT SE NO DK FI PL CZ GR TR RU UA RO HU IL AE SA IN CN HK TW JP KR SG MY TH ID "
    "PH VN AU NZ ZA NG KE EG MA MX BR AR CL CO PE EC UY BO PA CR DO GT"
)
#: Countries with numbers of any length, so that only the trunk prefix 0 distinguishes them from other digits.
_OPEN: Final = ("DE", "AT", "LI", "FI")
#: Language -> countries whose people text in it, and so leave out the country code.
_HOMES: Final = {
    "es": "ES MX AR CO CL PE EC UY BO PA CR DO GT VE PY SV HN NI PR US",
    "fr": "FR BE CH LU CA MA TN DZ SN CI ML BF NE TG BJ GN CM GA CG CD MG HT MU",
    "de": "DE AT CH LU LI",
    "pt": "PT BR AO MZ CV GW ST TL",
    "it": "IT CH",
    "ja": "JP",
    "zh": "CN HK TW MO SG MY",
}
#: Country -> it and those from which its numbers cannot be told in national form.
_SAME_FORM: Final = {"FR": "FR GP MQ RE GF YT", "GB": "GB JE GG IM"}
#: Local numbers that are as long as whole numbers elsewhere.
_WITHOUT_AREA: Final = {"BR": r"9\d{8}", "AR": r"(?:0?[1-9]\d{1,3})?15[2-7]\d{5,7}"}
#: Ranges reserved for films and examples, with which people try the policy; the metadata lacks them.
_EXAMPLES: Final = {
    "GB": r"(?:7700900|1632960|20[37]946\d|1(?:1[3-8]|21|31|41|51|61)496\d|808157\d|306999\d)\d{3}",
    "FR": r"(?:63998|19900|26191|35301|46571|53649)\d{4}",
    "IE": r"2091\d{5}",
    "JP": r"[36]0000\d{4}",
}
_NORTH_AMERICA: Final = 1
_LEAST_MOBILE: Final = 10
#: Language -> lengths of local numbers in its countries; in other languages any length.
_NEAR: Final = {"es": (6, 7, 8), "fr": (7,), "pt": (8,), "it": (6, 7, 8), "ja": (6, 7, 8), "zh": (7, 8)}


def is_dialable(digits: str) -> bool:
    """True for a fixed, mobile or toll-free number of one of the countries: in national form, with or without the trunk
    prefix, or with the country code."""
    return bool(_shape(REGIONS).fullmatch(digits))


def is_local(digits: str, homes: str) -> bool:
    """Dialable in one of these countries; empty means all."""
    return bool(_shape(homes).fullmatch(digits)) if homes else is_dialable(digits)


def is_mobile(digits: str, homes: str) -> bool:
    """A whole mobile number of one of these countries, from ten digits; if they are unknown, one that begins with 0."""
    if len(digits) < _LEAST_MOBILE or not (homes or digits[0] == "0"):
        return False
    return bool(_mobiles(homes or REGIONS).fullmatch(digits))


def is_of_country(digits: str, region: str) -> bool:
    """Dialable in this country; true for one that is not known."""
    region = {"UK": "GB", "USA": "US"}.get(region, region)
    return region not in REGIONS.split() or bool(_shape(region).fullmatch(digits))


def is_near(size: int, languages: tuple[str, ...]) -> bool:
    """Whether local numbers in a country of these languages have so few digits."""
    lengths = [_NEAR[language] for language in languages if language in _NEAR]
    return not lengths or any(size in known for known in lengths)


def is_called_from_abroad(digits: str, strict: bool) -> bool:
    """True if it begins with a country code; `strict`: and the rest is a number of that country."""
    for size in (1, 2, 3):
        code, rest = int(digits[:size] or 0), digits[size:]
        if code in COUNTRY_CODE_TO_REGION_CODE and (not strict or _national(code).fullmatch(rest)):
            return True
    return False


@cache
def _national(code: int) -> re.Pattern[str]:
    if code == _NORTH_AMERICA:
        return re.compile(r"[2-9]\d\d[2-9]\d{6}")
    regions = (PhoneMetadata.metadata_for_region(region) for region in COUNTRY_CODE_TO_REGION_CODE[code])
    patterns = [data.general_desc.national_number_pattern for data in regions if data and data.general_desc]
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns if pattern) or r"\d+")


@cache
def homes_of(languages: tuple[str, ...], countries: tuple[str, ...] = ()) -> str:
    """The countries whose numbers people write without a country code; empty means all.

    Those of the two people, if they are known; else those of the language. English is written everywhere.
    """
    if countries:
        return " ".join(dict.fromkeys(" ".join(_SAME_FORM.get(country, country) for country in countries).split()))
    own = [language for language in languages if language != "en"]
    known = bool(own) and all(language in _HOMES for language in own)
    return " ".join(_HOMES[language] for language in own) if known else ""


@cache
def _shape(regions: str) -> re.Pattern[str]:
    return re.compile("|".join(dict.fromkeys(shape for region in regions.split() for shape in _shapes(region))))


@cache
def _mobiles(regions: str) -> re.Pattern[str]:
    return re.compile("|".join(filter(None, (_mobile(region) for region in regions.split()))))


def _mobile(region: str) -> str:
    """Nothing for North America, where mobile numbers look like all others."""
    data = PhoneMetadata.metadata_for_region(region)
    if data is None or data.mobile is None or data.country_code == _NORTH_AMERICA:
        return ""
    trunk = f"(?:{data.national_prefix})" if data.national_prefix else ""
    return f"{trunk}(?:{data.mobile.national_number_pattern}|{_EXAMPLES.get(region, '(?!)')})"


def _shapes(region: str) -> list[str]:
    data = PhoneMetadata.metadata_for_region(region)
    if data is None:
        raise ValueError(f"phonenumbers has no metadata for {region}")
    trunk = f"(?:{data.national_prefix}){'' if region in _OPEN else '?'}" if data.national_prefix else ""
    whole = [f"(?:{data.country_code}|{trunk})(?:{pattern})" for pattern in _patterns(region)]
    return [*whole, _WITHOUT_AREA[region]] if region in _WITHOUT_AREA else whole


def _patterns(region: str) -> list[str]:
    """True for types of numbers at which people are called."""
    data = PhoneMetadata.metadata_for_region(region)
    kinds = (data.fixed_line, data.mobile, data.toll_free, data.shared_cost, data.uan, data.voip) if data else ()
    found = [kind.national_number_pattern for kind in kinds if kind and kind.national_number_pattern]
    return [*found, *filter(None, [_EXAMPLES.get(region)])]
