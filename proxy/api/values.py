"""Kinds of value that only the API uses, in addition to those in common/values.py.

Each is a function that turns text into a value, or raises ValidationError, which says what the text must be. An error
never repeats the text, which may be a real number.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import cast

from marshmallow import ValidationError
from phonenumbers import SUPPORTED_REGIONS

from common import values
from common.identifiers import trunk_zero
from common.values import Kind, checked, choice, matching, optional
from policy.quiet_hours import hours
from policy.sentences import language_tag
from policy.sentences.keywords import plain
from policy.time_zones import is_zone

INT_MAX = 2**31 - 1
MAX_PREFIXES = 200
EPOCH, MILLISECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(milliseconds=1)
#: A + that is not escaped is decoded as a space.
PLUS = "in a form, write + as %2B (curl --data-urlencode does this)"
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
#: Characters that cannot be in TwiML, because XML does not allow them; no phone displays them.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_SID = re.compile(r"[A-Z]{2}[0-9a-fA-F]{32}")
_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d([.,]\d{1,30})?)?(Z|[+-]\d\d:?[0-5]\d)", re.ASCII | re.IGNORECASE)


def text(limit: int, least: int = 0) -> Kind:
    """One line. Empty text is None, or refused if `least` is 1."""

    def read(value: str) -> str | None:
        if len(value) < least:
            raise ValidationError("must not be empty")
        if len(value) > limit:
            raise ValidationError(f"must have at most {limit} characters")
        if _CONTROL.search(value):
            raise ValidationError("must be one line without control characters")
        return value or None

    return read


def identifier(value: str) -> str | None:
    if re.match(r" +[0-9]", value):
        raise ValidationError(f"starts with a space: {PLUS}")
    return cast("str | None", text(191, least=1)(value))


def body(value: str) -> str | None:
    """The text of a message; line breaks are allowed. The limit is that of the carrier. Blank text is None."""
    if len(value.encode("utf-16-le", "surrogatepass")) > 2 * 1600 or _NOT_XML.search(value):
        raise ValidationError("must be text of at most 1600 characters without control characters")
    return value if value.strip() else None


def name(value: str) -> str | None:
    """A unique name, which can replace a SID in every path. The SDKs do not escape it there."""
    found: str | None = text(191)(value)
    if found is not None and (re.search(r"[/\\?#%]", found) or found in (".", "..") or found != found.strip()):
        raise ValidationError(
            r"must be usable in a URL's path: no / \ ? # %, no space at the start or end, not . or .."
        )
    if found is not None and _SID.fullmatch(found):
        raise ValidationError("must not look like a SID: choose a name of your own")
    return found


def within(least: int, most: int) -> Kind:
    return values.whole(least, most, ", digits only")


whole = within(0, INT_MAX)


def seconds_as_ms(least: float, most: float) -> Kind:
    def read(value: str) -> int:
        found = round(float(value) * 1000) if re.fullmatch(r"[0-9]{1,3}(\.[0-9]{1,3})?", value) else -1
        if not least * 1000 <= found <= most * 1000:
            raise ValidationError(f"must be seconds from {least:g} to {most:g}, such as 2.5")
        return found

    return read


time_zone = optional(checked(is_zone, "must be a time zone of the tz database, such as America/New_York"))
quiet_hours = optional(checked(hours, "must be two different times of day such as 21:00-08:00"))
#: Old releases of the Python SDK send `True`.
boolean = choice({"true": True, "True": True, "false": False, "False": False}, "must be true or false")
#: A number in E.164, or a short code. The operation checks whether the pool has it.
phone = optional(matching(r"\+?[1-9][0-9]{1,14}", f"must be a number such as +15551234567 or a short code; {PLUS}"))
#: The URL of a callback; empty text removes it. Its host is checked later, because that needs the settings.
url = optional(
    matching("[!-~]{1,2048}", "must be a URL of at most 2048 ASCII characters (host in punycode, the rest %-encoded)")
)


def sid(prefix: str) -> Kind:
    """The hexadecimal digits may be in upper or lower case."""
    read = values.sid(prefix)
    return optional(lambda text: prefix + read(text)[2:].lower())


def language(value: str) -> str | None:
    tag = language_tag(value)
    if value and tag is None:
        raise ValidationError("must be a language or tag that TwiML's <Say> knows, such as es or es-MX")
    return tag


def words(value: str) -> str | None:
    """Separated by commas. Normalized for comparison: only letters and digits, in capitals, without accents."""
    found = [plain(word) for word in (text(4000)(value) or "").split(",") if word.strip()]
    if len(found) > 100 or not all(1 <= len(word) <= 40 for word in found):
        raise ValidationError("must be at most 100 words of 1 to 40 letters or digits, separated by commas")
    return ",".join(found) or None


def countries(value: str) -> str | None:
    """Separated by commas."""
    found = [part.strip().upper() for part in value.split(",") if part.strip()]
    if not SUPPORTED_REGIONS.issuperset(found):
        raise ValidationError("must be ISO 3166 country codes of two letters, separated by commas, such as US,CA")
    return ",".join(dict.fromkeys(found)) or None


def prefixes(value: str) -> str | None:
    """Separated by commas."""
    found = [part.strip() for part in value.split(",") if part.strip()]
    if len(found) > MAX_PREFIXES or not all(re.fullmatch(r"\+[1-9][0-9]{0,14}", part, re.ASCII) for part in found):
        problem = "must be at most 200 prefixes of E.164 numbers, separated by commas, such as +1,+4420"
        raise ValidationError(f"{problem}; {PLUS}")
    if code := next(filter(None, map(trunk_zero, found)), None):
        raise ValidationError(f"no number of {code} has a 0 after {code}: remove the 0")
    return ",".join(dict.fromkeys(found)) or None


def date(value: str) -> int | None:
    """Milliseconds since 1970. An offset is required, because the caller's time zone is unknown."""
    if not value:
        return None
    try:
        # The expression is stricter than fromisoformat, which also reads weeks, and dates without an offset.
        moment = datetime.fromisoformat(value.upper()) - EPOCH if _DATE.fullmatch(value) else -MILLISECOND
    except (ValueError, OverflowError):
        moment = -MILLISECOND
    if not 0 <= moment // MILLISECOND < 253_402_300_800_000:
        raise ValidationError(f"must be a date, time and offset: 2030-01-31T12:00:00Z; {PLUS}")
    return moment // MILLISECOND
