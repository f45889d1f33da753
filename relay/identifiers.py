"""A person's real address: given back byte for byte as it came, normalised only to be looked up.

Facts: the carrier sends E.164. Mexican and Argentine mobiles also come with a 1 or a 9 behind the country code, while
an identifier is stored without (Proxy guide, "country quirks").
"""

from __future__ import annotations

import re

from relay.errors import Invalid

SCHEME = "tel"
_E164 = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII)
_SEPARATORS = re.compile(r"[ ().\-]")

#: What carriers send instead of a withheld caller id (266696687 spells ANONYMOUS).
ANONYMOUS = frozenset({"+266696687", "+7378742833", "+2562533", "+8656696", "+86282452253"})
_MOBILE_MARK = (re.compile(r"^\+521(?=\d{10}$)"), re.compile(r"^\+549(?=\d{10}$)"))
_WITHOUT_MARK = ("+52", "+54")


def is_e164(text: str) -> bool:
    return bool(_E164.fullmatch(text)) and text not in ANONYMOUS


def normalise(text: str) -> str | None:
    """The look-up form of a phone number, or None if it is no number of a person."""
    number = _SEPARATORS.sub("", text)
    if not is_e164(number):
        return None
    for mark, plain in zip(_MOBILE_MARK, _WITHOUT_MARK, strict=True):
        number = mark.sub(plain, number)
    return number


def lookup(text: str) -> str:
    """The form under which anybody's address is indexed, a person's or not."""
    return normalise(text) or text


def dialled(identifier: str) -> str:
    """The form in which the carrier takes it: as the app gave it, without what people put between digits."""
    return _SEPARATORS.sub("", identifier)


def require(text: str) -> str:
    """As normalise, but a bad identifier is refused with the field's own code."""
    number = normalise(text)
    if number is None:
        raise Invalid("Identifier", "must be a phone number in E.164, such as +14155550123", code=80404)
    return number
