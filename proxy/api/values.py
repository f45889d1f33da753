"""One function for each kind of value on the wire: text in, value out, or ValidationError saying what it has to be.

A message never repeats the value: it may be a real number.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, cast

from marshmallow import ValidationError
from phonenumbers import SUPPORTED_REGIONS

from common.identifiers import trunk_zero
from policy.quiet_hours import hours
from policy.sentences import language_tag
from policy.sentences.keywords import plain
from policy.time_zones import is_zone

Parse = Callable[[str], Any]

INT_MAX = 2**31 - 1
MOST_PREFIXES = 200
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
#: A + that is not escaped arrives as a space.
PLUS = "in a form, + is written %2B (curl does it with --data-urlencode)"
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
#: Characters that no phone can show, and that the other way of sending, XML, cannot carry.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_SID = re.compile(r"[A-Z]{2}[0-9a-fA-F]{32}")
_PHONE = re.compile(r"\+?[1-9][0-9]{1,14}")
_DATE = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:[.,]([0-9]{1,30}))?)?"
    r"(?:Z|([+-])([0-9]{2}):?([0-9]{2}))",
    re.IGNORECASE,
)


def text(limit: int, least: int = 0) -> Parse:
    """One line; empty counts as none unless `least` says that there must be something."""

    def parse(value: str) -> str | None:
        if len(value) < least:
            raise ValidationError("must not be empty")
        if len(value) > limit:
            raise ValidationError(f"must have at most {limit} characters")
        if _CONTROL.search(value):
            raise ValidationError("must be one line without control characters")
        return value or None

    return parse


def identifier(value: str) -> str | None:
    if re.match(r" +[0-9]", value):
        raise ValidationError(f"begins with a space: {PLUS}")
    return cast("str | None", text(191, least=1)(value))


def body(value: str) -> str | None:
    """What is texted to people: lines are welcome. The carrier takes no more, and no blank message."""
    if len(value.encode("utf-16-le", "surrogatepass")) > 2 * 1600 or _NOT_XML.search(value):
        raise ValidationError("must be text of at most 1600 characters without control characters")
    return value if value.strip() else None


def name(value: str) -> str | None:
    """A unique name is good in every path, so it must survive one; the SDKs put it there as it is."""
    found: str | None = text(191)(value)
    if found is not None and (re.search(r"[/\\?#%]", found) or found in (".", "..") or found != found.strip()):
        raise ValidationError(r"must fit in a URL's path: no / \ ? # %, no space at either end, not . or ..")
    if found is not None and _SID.fullmatch(found):
        raise ValidationError("must not look like a SID: choose a name of your own")
    return found


def whole(value: str) -> int:
    if not re.fullmatch("[0-9]{1,10}", value) or int(value) > INT_MAX:
        raise ValidationError(f"must be a whole number from 0 to {INT_MAX}, digits only")
    return int(value)


def within(least: int, most: int) -> Parse:
    def parse(value: str) -> int:
        if not re.fullmatch("[0-9]{1,10}", value) or not least <= int(value) <= most:
            raise ValidationError(f"must be a whole number from {least} to {most}, digits only")
        return int(value)

    return parse


def seconds_as_ms(least: float, most: float) -> Parse:
    def parse(value: str) -> int:
        found = round(float(value) * 1000) if re.fullmatch(r"[0-9]{1,3}(\.[0-9]{1,3})?", value) else -1
        if not least * 1000 <= found <= most * 1000:
            raise ValidationError(f"must be seconds from {least:g} to {most:g}, such as 2.5")
        return found

    return parse


def language(value: str) -> str | None:
    tag = language_tag(value)
    if value and tag is None:
        raise ValidationError("must be a language or tag that TwiML's <Say> knows, such as es or es-MX")
    return tag


def time_zone(value: str) -> str | None:
    if value and not is_zone(value):
        raise ValidationError("must be a time zone of the tz database, such as America/New_York")
    return value or None


def quiet_hours(value: str) -> str | None:
    if value and hours(value) is None:
        raise ValidationError("must be two different times of day such as 21:00-08:00")
    return value or None


def words(value: str) -> str | None:
    """With commas between; compared without marks and case."""
    found = [plain(word) for word in (text(4000)(value) or "").split(",") if word.strip()]
    if len(found) > 100 or not all(1 <= len(word) <= 40 for word in found):
        raise ValidationError("must be at most 100 words of 1 to 40 letters or digits, with commas between")
    return ",".join(found) or None


def countries(value: str) -> str | None:
    """With commas between."""
    found = [one.strip().upper() for one in value.split(",") if one.strip()]
    if not SUPPORTED_REGIONS.issuperset(found):
        raise ValidationError("must be countries of ISO 3166 in two letters, with commas between, such as US,CA")
    return ",".join(dict.fromkeys(found)) or None


def prefixes(value: str) -> str | None:
    """With commas between."""
    found = [one.strip() for one in value.split(",") if one.strip()]
    if len(found) > MOST_PREFIXES or not all(re.fullmatch(r"\+[1-9][0-9]{0,14}", one, re.ASCII) for one in found):
        about = "must be at most 200 beginnings of E.164 numbers, with commas between, such as +1,+4420"
        raise ValidationError(f"{about}; {PLUS}")
    if code := next(filter(None, map(trunk_zero, found)), None):
        raise ValidationError(f"no number of {code} has a 0 behind {code}: leave the 0 out")
    return ",".join(dict.fromkeys(found)) or None


def boolean(value: str) -> bool:
    """Former releases of the Python SDK send `True`."""
    if value not in ("true", "false", "True", "False"):
        raise ValidationError("must be true or false")
    return value in ("true", "True")


def one_of(*words: str) -> Parse:
    def parse(value: str) -> str:
        if value not in words:
            raise ValidationError(f"must be one of {', '.join(words)}")
        return value

    return parse


def sid(prefix: str) -> Parse:
    def parse(value: str) -> str | None:
        if value and not (_SID.fullmatch(value) and value.startswith(prefix)):
            raise ValidationError(f"must be {prefix} and 32 hexadecimal digits")
        return value[:2] + value[2:].lower() or None

    return parse


def phone(value: str) -> str | None:
    """Of the pool, so E.164 or a short code; whether it exists is for the operation to say."""
    if value and not _PHONE.fullmatch(value):
        raise ValidationError(f"must be a number such as +15551234567 or a short code; {PLUS}")
    return value or None


def date(value: str) -> int | None:
    """Milliseconds; without an offset we would have to guess whose time it is."""
    if not value:
        return None
    found = _DATE.fullmatch(value)
    moment = _moment(found) if found else None
    if moment is None or not 0 <= moment < 253_402_300_800_000:
        raise ValidationError(f"must be a date, time and offset: 2030-01-31T12:00:00Z; {PLUS}")
    return moment


def _moment(found: re.Match[str]) -> int | None:
    *parts, fraction, sign, hours, minutes = found.groups()
    try:
        ahead = timezone(timedelta(hours=int(hours or 0), minutes=int(minutes or 0)) * (-1 if sign == "-" else 1))
        wall = datetime(*(int(part or 0) for part in parts), tzinfo=ahead)  # type: ignore[misc,arg-type]
    except (ValueError, OverflowError):
        return None
    if int(minutes or 0) > 59:
        return None
    return (wall - EPOCH) // timedelta(milliseconds=1) + int((fraction or "")[:3].ljust(3, "0"))


def url(value: str) -> str | None:
    """A callback's address; empty clears it. Where it may lead is asked later: that needs the settings."""
    if len(value) > 2048 or not re.fullmatch("[!-~]*", value):
        raise ValidationError("must be a URL of at most 2048 ASCII characters (host in punycode, the rest %-encoded)")
    return value or None
