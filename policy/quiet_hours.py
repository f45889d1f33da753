"""Quiet hours: when nobody is to be texted by us or by an app, by the clock where they are.

A number says where it is from, not where its owner is; where its prefix spans several zones it has to be day in all.
Its country decides: the library's zones of a prefix may be a neighbour's, whose clock differs (policy/time_zones.py).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import phonenumbers
from phonenumbers import timezone as zones

from policy.time_zones import within

#: What the library answers when it does not know.
UNKNOWN = "Etc/Unknown"
MOST_STEPS = 200
_HOURS = re.compile("([01][0-9]|2[0-3]):([0-5][0-9])-([01][0-9]|2[0-3]):([0-5][0-9])")


@dataclass(frozen=True, slots=True)
class Hours:
    """From `begins` on and before `ends` nobody is disturbed; the night may lie between."""

    begins: time
    ends: time

    def has(self, moment: time) -> bool:
        if self.begins < self.ends:
            return self.begins <= moment < self.ends
        return moment >= self.begins or moment < self.ends


def hours(text: str) -> Hours | None:
    """`21:00-08:00`; None if it is anything else, or all day or none."""
    found = _HOURS.fullmatch(text)
    if found is None:
        return None
    begins, ends = time(int(found[1]), int(found[2])), time(int(found[3]), int(found[4]))
    return Hours(begins, ends) if begins != ends else None


def zones_of(number: str) -> tuple[str, ...]:
    """Names of the time zones where the number may be, by its country and prefix; none if nothing is known of it."""
    hidden = 4 if len(number) > 8 else 2
    return _zones(number[:-hidden], hidden)


@lru_cache(maxsize=4096)
def _zones(prefix: str, hidden: int) -> tuple[str, ...]:
    """By the prefix: no number is kept."""
    try:
        number = phonenumbers.parse(prefix + "0" * hidden, None)
    except phonenumbers.NumberParseException:
        return ()
    region = phonenumbers.region_code_for_number(number)
    if region is None:
        # An area code that is newer than the library: its main country, not the twenty-five that share +1.
        return within(phonenumbers.region_code_for_country_code(number.country_code or 0), ())
    return within(region, _by_prefix(number))


def _by_prefix(number: phonenumbers.PhoneNumber) -> tuple[str, ...]:
    for found in (zones.time_zones_for_number(number), zones.time_zones_for_geographical_number(number)):
        known = tuple(name for name in found if name != UNKNOWN)
        if known:
            return known
    return ()


def next_moment(number: str, now_ms: int, quiet: Hours, zone: str | None = None) -> int:
    """`now_ms` if it is day where the number is from, else when it will be. Unknown: by UTC.

    `zone`: where the person is, if the app said so.
    """
    names = (zone,) if zone else zones_of(number)
    places = [place for name in names if (place := _place(name))] or [UTC]
    moment = datetime.fromtimestamp(now_ms / 1000, UTC)
    for _ in range(MOST_STEPS):
        later = _latest_end(moment, places, quiet)
        if later is None:
            return max(int(moment.timestamp() * 1000), now_ms)
        moment = later
    # Zones that have no common day: the first one's counts.
    return next_moment_in(places[0], now_ms, quiet)


def next_moment_in(place: tzinfo, now_ms: int, quiet: Hours) -> int:
    moment = datetime.fromtimestamp(now_ms / 1000, UTC)
    later = _end(moment, place, quiet)
    return int(later.timestamp() * 1000) if later else now_ms


def _latest_end(moment: datetime, places: Sequence[tzinfo], quiet: Hours) -> datetime | None:
    ends = [end for place in places if (end := _end(moment, place, quiet))]
    return max(ends, default=None)


def _end(moment: datetime, place: tzinfo, quiet: Hours) -> datetime | None:
    """When the quiet hours end there, or None if there are none now."""
    local = moment.astimezone(place)
    if not quiet.has(local.time()):
        return None
    date = local.date() + timedelta(days=local.time() >= quiet.ends)
    # Of an hour that comes twice: the one that `moment` is in.
    return datetime.combine(date, quiet.ends, place).replace(fold=local.fold).astimezone(UTC)


def _place(name: str) -> tzinfo | None:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return None
