"""Quiet hours: when nobody is to be texted by us or by an app, in the recipient's local time.

A number says where it is from, not where its owner is; if its prefix has several zones it must be day in all of them.
Only zones of the number's country count: the library may give those of a neighbour (policy/time_zones.py).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import phonenumbers

from policy.time_zones import zones_in

#: The library's answer for an unknown zone.
UNKNOWN = "Etc/Unknown"
MAX_STEPS = 200
_HOURS = re.compile("([01][0-9]|2[0-3]):([0-5][0-9])-([01][0-9]|2[0-3]):([0-5][0-9])")


@dataclass(frozen=True, slots=True)
class Hours:
    """Quiet from `begins` until before `ends`; midnight may be between them."""

    begins: time
    ends: time

    def has(self, moment: time) -> bool:
        if self.begins < self.ends:
            return self.begins <= moment < self.ends
        return moment >= self.begins or moment < self.ends


def hours(text: str) -> Hours | None:
    """Parse `21:00-08:00`. None for any other text, and if both times are equal."""
    found = _HOURS.fullmatch(text)
    if found is None:
        return None
    begins, ends = time(int(found[1]), int(found[2])), time(int(found[3]), int(found[4]))
    return Hours(begins, ends) if begins != ends else None


def zones_of(number: str) -> tuple[str, ...]:
    """The time zones where the number may be, by its country and prefix; empty if nothing is known."""
    hidden = 4 if len(number) > 8 else 2
    return _zones(number[:-hidden], hidden)


@lru_cache(maxsize=4096)
def _zones(prefix: str, hidden: int) -> tuple[str, ...]:
    """Cached by the prefix, so that no whole number is kept in memory."""
    try:
        number = phonenumbers.parse(prefix + "0" * hidden, None)
    except phonenumbers.NumberParseException:
        return ()
    region = phonenumbers.region_code_for_number(number)
    if region is None:
        # An area code that is newer than the library: use the main country, not all twenty-five countries of +1.
        return zones_in(phonenumbers.region_code_for_country_code(number.country_code or 0), ())
    return zones_in(region, _by_prefix(number))


def _by_prefix(number: phonenumbers.PhoneNumber) -> tuple[str, ...]:
    # Imported here: its tables of prefixes are for messages of an app to people of unknown zones alone.
    from phonenumbers import timezone as zones

    for found in (zones.time_zones_for_number(number), zones.time_zones_for_geographical_number(number)):
        known = tuple(name for name in found if name != UNKNOWN)
        if known:
            return known
    return ()


def next_moment(number: str, now_ms: int, quiet: Hours, zone: str | None = None) -> int:
    """`now_ms` if it is day where the number is from, else the time when the day begins there. Unknown: by UTC.

    `zone`: the person's time zone, if the app set one.
    """
    names = (zone,) if zone else zones_of(number)
    zone_infos = [zone_info for name in names if (zone_info := _zone_info(name))] or [UTC]
    moment = datetime.fromtimestamp(now_ms / 1000, UTC)
    for _ in range(MAX_STEPS):
        later = _latest_end(moment, zone_infos, quiet)
        if later is None:
            return max(int(moment.timestamp() * 1000), now_ms)
        moment = later
    # The zones have no common day: use the first one.
    return next_moment_in(zone_infos[0], now_ms, quiet)


def next_moment_in(zone_info: tzinfo, now_ms: int, quiet: Hours) -> int:
    moment = datetime.fromtimestamp(now_ms / 1000, UTC)
    later = _end(moment, zone_info, quiet)
    return int(later.timestamp() * 1000) if later else now_ms


def _latest_end(moment: datetime, zone_infos: Sequence[tzinfo], quiet: Hours) -> datetime | None:
    ends = [end for zone_info in zone_infos if (end := _end(moment, zone_info, quiet))]
    return max(ends, default=None)


def _end(moment: datetime, zone_info: tzinfo, quiet: Hours) -> datetime | None:
    """When the quiet hours end in that zone, or None if it is not quiet now."""
    local = moment.astimezone(zone_info)
    if not quiet.has(local.time()):
        return None
    date = local.date() + timedelta(days=local.time() >= quiet.ends)
    # If the clock is set back, an hour comes twice: keep the occurrence that `moment` is in.
    return datetime.combine(date, quiet.ends, zone_info).replace(fold=local.fold).astimezone(UTC)


def _zone_info(name: str) -> tzinfo | None:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return None
