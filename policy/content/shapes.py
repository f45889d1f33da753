"""Spans of digits with a form of their own: dates, times, amounts, IP addresses, coordinates."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

_NUMBER = r"(?:[1-9]\d{0,2}(?:[ .,']\d{3}){1,6}(?:[.,]\d{1,2})?|0[.,]\d{1,6}|[1-9]\d{0,6}(?:[.,]\d{1,4})?)"
_CURRENCY = (
    r"usd|eur|gbp|chf|brl|cny|rmb|jpy|mxn|inr|aud|cad|sek|nok|dkk|pln|kr|euros?|dollars?|bucks|pounds?|"
    r"quid|pesos?|reais|real|yuan|yen|francs?|cents?|rupees|zl|chf|euro"
)
_UNITS = (
    r"%|‰|°|km|cm|mm|mi|miles?|met(?:er|re)s?|metros?|kg|kilos?|lbs?|oz|grams?|gramm?|ml|lit(?:er|re)s?|litros?|ft|feet|inch(?:es)?|mph|kmh|km/h|"
    r"mb|gb|tb|kb|kbps|mbps|hz|khz|mhz|ghz|kwh|kw|watts?|volts?|amps?|px|dpi|rpm|bpm|kcal|cal|calories|am|pm|a\.m|p\.m|uhr|mins?|minutes?|minuten|minutos?|"
    r"hours?|hrs?|horas?|heures?|stunden|secs?|seconds?|days?|dias?|jours?|tage|nights?|weeks?|months?|years?|anos|ans|jahre|"
    r"people|persons?|personas|pessoas|personnes|users?|views?|vues|followers|subscribers|points?|pts|puntos|steps|words|items|units|pieces|pcs|"
    r"votes|likes|inhabitants|habitants|habitantes|einwohner|residents|downloads|copies|records|rows|tickets|"
    r"sqm|m2|sqft|m|g|l(?! \d)|h|k|v|w|"
    r"元|円|块|圆|万|亿|人|个|個|年|月|日|号楼|点|時|时|分|秒|公里|米|度|次|层|階|歳|岁|%"
)
_DAY, _MONTH, _YEAR = r"(?:0?[1-9]|[12]\d|3[01])", r"(?:0?[1-9]|1[0-2])", r"(?:19|20)\d\d"
_HOUR = r"(?:[01]?\d|2[0-4])"
_OCTET = r"(?:25[0-5]|2[0-4]\d|1?\d?\d)"
#: Each begins with a digit; a numbered group counts through all of them.
_OF_DIGITS: Final = re.compile(
    "|".join(
        (
            rf"(?<![\d.,+]){_YEAR}([-/.]){_MONTH}\1{_DAY}(?!\1?\d)",
            rf"(?<![\d.,+])(?<!\d[-/. ])(?:{_DAY}([-/.]){_MONTH}|{_MONTH}([-/.]){_DAY})(?:\2|\3)"
            rf"(?:{_YEAR}|\d\d)(?![-/.]?\d)",
            rf"(?<![\d.,+])(?<!\d[-/. ]){_DAY} {_MONTH} {_YEAR}(?!\d)",
            r"(?<![\d+])20[0-4]\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[t_\-]?(?:[01]\d|2[0-3])[0-5]\d(?:[0-5]\d)?)?(?!\d)",
            rf"(?<![\d:.]){_HOUR}(?::[0-5]\d){{1,2}}(?:[.,]\d{{1,6}})?(?![:\d])",
            rf"(?<![\d.+-]){_HOUR}h[0-5]\d(?!\d)",
            r"(?<![\d.])\d{1,3}\.\d{3,}\s?°?\s?[nsew]?\s?[,;/ ]\s?-?\d{1,3}\.\d{3,}(?![.\d])",
            r"(?<![\d.])\d{1,3} ?[°o] ?\d{1,2} ?['′](?: ?\d{1,2}(?:[.,]\d+)? ?(?:''|[\"″′]))?",
            # Many phone numbers are written in pairs, IP addresses almost never.
            rf"(?<![\d.\-+])(?!(?:\d\d\.){{3}}\d\d(?!\d))(?!0\d){_OCTET}\.(?!0\d){_OCTET}\.(?!0\d){_OCTET}\.(?!0\d){_OCTET}(?:[:/]\d{{1,5}})?(?![.\-]?\d)",
            r"(?<![\d.,\-+/])(?<!\d )"
            + _NUMBER
            + r"(?:\s?(?:"
            + _CURRENCY
            + r"|"
            + _UNITS
            + r")(?![a-z0-9])(?!-\d)|\s?[€$£₽₹])",
            r"(?<![\d,.\-+])(?<!\d )[1-9]\d{0,2}(?:,\d{3}){1,6}(?:\.\d{1,6})?(?![,\-.]?\d)",
            r"(?<![\d.,])\d\.\d{3,}(?![.\d])",
            r"(?<![\d/])\d{1,5}/(?:19|20)\d\d/\d{1,6}(?![\d/])",
            r"(?<![\d.,])\d{1,2}\.\d{1,2}\.\d{1,2}-\d{1,5}(?![\d.])",
            r"(?<![\d.,])(?:\d\d?\.\d|\d\.\d\d)\.\d{3,5}(?![.\d])",
            r"(?<![\da-z])1z ?(?:[a-z0-9] ?){15}[a-z0-9](?![a-z0-9])",
            r"(?<![\d\-+])97[89][ \-]?\d(?:[ \-]?\d){9}(?![ \-]?\d)",
            r"(?<![\d\-+.)/])(?<![\d)] )(?:\d{3}-\d{7}-\d{7}|\d{3}-\d\d-\d{4}|\d{3}\.\d{3}\.\d{3}-\d\d"
            r"|\d{2}\.\d{3}\.\d{3}/\d{4}-\d\d|\d{1,2}\.\d{3}\.\d{3}-[\dk]|\d{5}-\d{4}|\d{5}-\d{3})(?![\-\d])",
        )
    )
)
_URL: Final = re.compile(r"(?:https?://|www\.)(?!(?:www\.)?(?:wa\.me|api\.whatsapp|t\.me|signal\.me|viber))[^\s]+")
_PRICE: Final = re.compile(
    r"(?:r\$|us\$|[$€£¥₹₽₩]|\b(?:usd|eur|gbp|chf|brl|inr|rs\.?|mxn|sek))\s?" + _NUMBER + r"(?:\s?[km]\b)?(?!\d)"
)
_VERSION: Final = re.compile(r"(?<![\w.])v\.?\s?\d+(?:\.\d+)+")
_IBAN: Final = re.compile(r"\b[a-z]{2}\d{2}(?: ?[a-z0-9]){11,30}(?![a-z0-9])")
#: Country -> length of its IBANs, for those that are written with wrong check digits or in odd groups.
_IBAN_LENGTHS: Final = {
    "ae": 23, "at": 20, "be": 16, "br": 29, "ch": 21, "cz": 24, "de": 22, "dk": 18, "es": 24, "fi": 18, "fr": 27,
    "gb": 22, "gr": 27, "ie": 22, "it": 27, "lu": 20, "nl": 18, "no": 15, "pl": 28, "pt": 25, "ro": 24, "sa": 24,
    "se": 24, "tr": 26,
}  # fmt: skip
#: "#" and a number; after "my", "phone" and the like it may be a phone's.
_MARKED: Final = re.compile(
    r"(?:(?<![a-z])|(?<=conf)|(?<=ref)|(?<=inv)|(?<=acct)|(?<=order)|(?<=case)|(?<=ticket)|(?<=unit))"
    r"(?<!my )(?<!ph )(?<!cell )(?<!phone )#\s?[a-z]{0,4}-?\d[\d\-]*"
)
#: House and door of a Japanese address.
_BLOCK: Final = re.compile(r"\d{1,2} ?(?:丁目|番地?|番町) ?\d{1,4}(?:[-ー]\d{1,4}){0,2}(?!\d)")
#: The sign of a Belgian payment reference.
_TRANSFER: Final = re.compile(r"[+*]{2,3} ?\d{3}/\d{4}/\d{5}")
_ISBN: Final = re.compile(r"(?<![\d\-+])97[89][ \-]?\d(?:[ \-]?\d){9}(?![ \-]?\d)")
_BRAZILIAN: Final = re.compile(r"9\d{4}-\d{4}")
_NUMBER_START: Final = re.compile(r"[0-9]+")


def innocent(text: str, brazilian: bool = False) -> list[tuple[int, int]]:
    """Spans with digits that are no phone number, in order. `brazilian`: "98765-4321" is a mobile, not a ZIP code."""
    spans = [match.span() for match in _named(text)]
    after = 0
    for start in _NUMBER_START.finditer(text):
        match = _OF_DIGITS.match(text, start.start()) if start.start() >= after else None
        if brazilian and match is not None and _BRAZILIAN.fullmatch(match[0]):
            match = None
        if match is not None and not (_ISBN.fullmatch(match[0]) and not _is_isbn(match[0])):
            after = match.end()
            spans.append(match.span())
    return sorted(spans)


def _named(text: str) -> Iterator[re.Match[str]]:
    """Spans that do not begin with a digit."""
    if "www." in text or "://" in text:
        yield from _URL.finditer(text)
    if "#" in text:
        yield from _MARKED.finditer(text)
    if "++" in text or "**" in text:
        yield from _TRANSFER.finditer(text)
    if "丁" in text or "番" in text:
        yield from _BLOCK.finditer(text)
    yield from _PRICE.finditer(text)
    yield from _VERSION.finditer(text)
    yield from (match for match in _IBAN.finditer(text) if _is_iban(match[0]))


def _is_iban(text: str) -> bool:
    plain = text.replace(" ", "")
    if _IBAN_LENGTHS.get(plain[:2]) == len(plain):
        return True
    moved = plain[4:] + plain[:4]
    return int("".join(str(int(char, 36)) for char in moved)) % 97 == 1


def _is_isbn(text: str) -> bool:
    digits = [int(char) for char in text if char.isdigit()]
    return sum(digit * (3 if place % 2 else 1) for place, digit in enumerate(digits)) % 10 == 0
