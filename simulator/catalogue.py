"""The numbers that can be bought: fictional ranges that validators accept, each with its place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, cycle

import phonenumbers

SMS_AND_MMS = {"voice": True, "sms": True, "mms": True, "fax": False}
SMS = {"voice": True, "sms": True, "mms": False, "fax": False}
VOICE = {"voice": True, "sms": False, "mms": False, "fax": False}
KEYPAD = str.maketrans("abcdefghijklmnopqrstuvwxyz", "22233344455566677778889999")


@dataclass(frozen=True)
class Block:
    """`prefix` plus a line number of `width` digits is one number; `area` is the value that AreaCode matches."""

    country: str
    kind: str
    prefix: str
    width: int
    capabilities: dict[str, bool]
    area: str = ""
    city: str = ""
    region: str = ""
    postal_code: str = ""

    def numbers(self) -> Iterator[str]:
        # Only 555-0100 to 555-0199 are reserved for fiction. The others are for tests that need thousands of numbers.
        lines = chain(range(100, 200), range(2000, 10000)) if self.width == 4 else range(10**self.width)
        return (f"{self.prefix}{line:0{self.width}d}" for line in lines)

    def holds(self, number: str) -> bool:
        return len(number) == len(self.prefix) + self.width and number.startswith(self.prefix)


def _american(area: str, city: str, region: str, postal_code: str) -> Block:
    return Block("US", "local", f"+1{area}555", 4, SMS_AND_MMS, area, city, region, postal_code)


SAN_FRANCISCO = _american("415", "SAN FRANCISCO", "CA", "94102")
NEW_YORK = _american("212", "NEW YORK", "NY", "10001")
LONDON = Block("GB", "local", "+442079460", 3, SMS, "20", "LONDON")
ELSEWHERE = (
    _american("628", "SAN FRANCISCO", "CA", "94103"),
    _american("646", "NEW YORK", "NY", "10002"),
    _american("312", "CHICAGO", "IL", "60601"),
    _american("206", "SEATTLE", "WA", "98101"),
    _american("305", "MIAMI", "FL", "33101"),
    _american("617", "BOSTON", "MA", "02108"),
    _american("213", "LOS ANGELES", "CA", "90012"),
    _american("512", "AUSTIN", "TX", "78701"),
)
BLOCKS = (
    SAN_FRANCISCO,
    NEW_YORK,
    *ELSEWHERE,
    Block("US", "toll-free", "+1888555", 4, SMS_AND_MMS, "888"),
    LONDON,
    Block("GB", "local", "+441134960", 3, SMS, "113", "LEEDS"),
    Block("GB", "mobile", "+44740012", 4, SMS),
    Block("GB", "toll-free", "+448081570", 3, VOICE, "808"),
)


def seeds() -> Iterator[str]:
    """The first numbers of an account. Of five: two in San Francisco, one each in New York, London, elsewhere."""
    elsewhere = cycle([block.numbers() for block in ELSEWHERE])
    near, york, london = SAN_FRANCISCO.numbers(), NEW_YORK.numbers(), LONDON.numbers()
    while True:
        row = [next(source, "") for source in (near, york, london, near, next(elsewhere))]
        if not any(row):
            return
        yield from filter(None, row)


def block_of(number: str) -> Block | None:
    return next((block for block in BLOCKS if block.holds(number)), None)


def offers(country: str, kind: str, area: str = "", contains: str = "") -> Iterator[tuple[str, Block]]:
    blocks = (b for b in BLOCKS if b.country == country and b.kind == kind and area in ("", b.area))
    wanted = pattern(contains)
    return ((n, block) for block in blocks for n in block.numbers() if wanted.search(n))


def has(country: str, kind: str) -> bool:
    return any(b.country == country and b.kind == kind for b in BLOCKS)


def pattern(text: str) -> re.Pattern[str]:
    """A search pattern: `*` matches any digit, a letter matches its digit on the keypad."""
    wanted = text.lower().translate(KEYPAD)
    return re.compile("".join(r"\d" if c == "*" else re.escape(c) for c in wanted if c in "*+" or c.isdigit()))


@dataclass(frozen=True)
class Place:
    country: str = ""
    region: str = ""
    city: str = ""
    postal_code: str = ""


@lru_cache(maxsize=65536)
def place(number: str) -> Place:
    """The place that a webhook reports for a number: city and state if the area is known, else only the country."""
    block = next((b for b in BLOCKS if b.area and number.startswith(b.prefix.removesuffix("555"))), None)
    if block is not None:
        return Place(block.country, block.region, block.city, block.postal_code)
    return Place(_country(number))


def _country(number: str) -> str:
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return ""
    return phonenumbers.region_code_for_country_code(parsed.country_code or 0)


def is_valid(number: str) -> bool:
    """True for E.164 with 8 to 15 digits: this carrier can reach any number that a test uses."""
    return re.fullmatch(r"\+[1-9][0-9]{7,14}", number) is not None


def to_e164(text: str) -> str:
    """Convert the usual ways to write a number to E.164. Ten digits are read as a US number."""
    digits = re.sub(r"[\s().-]", "", text)
    if re.fullmatch(r"[2-9][0-9]{9}", digits):
        return f"+1{digits}"
    return f"+{digits}" if re.fullmatch(r"1[2-9][0-9]{9}", digits) else digits
