"""Quiet hours: when a person may be texted by us or by an app, by the clock where they are.

A number says where it is from, not where its owner is; where its prefix spans several zones it has to be day in all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import phonenumbers
from phonenumbers import timezone as zones

#: What the library answers when it does not know.
UNKNOWN = "Etc/Unknown"
MOST_STEPS = 200


@dataclass(frozen=True, slots=True)
class Day:
    """From `begins` on and before `ends` nobody is disturbed; `ends` is the later one."""

    begins: time
    ends: time

    def has(self, moment: time) -> bool:
        return self.begins <= moment < self.ends


def zones_of(number: str) -> tuple[str, ...]:
    """Names of all time zones of the number's prefix; none if nothing is known of it."""
    return _zones(number[:-4]) if len(number) > 8 else ()


@lru_cache(maxsize=4096)
def _zones(prefix: str) -> tuple[str, ...]:
    """By the prefix: no number is kept."""
    try:
        found = zones.time_zones_for_number(phonenumbers.parse(prefix + "0000", None))
    except phonenumbers.NumberParseException:
        return ()
    return tuple(name for name in found if name != UNKNOWN)


def next_moment(number: str, now_ms: int, day: Day) -> int:
    """`now_ms` if it is day where the number is from, else when it will be. Unknown: by UTC."""
    places = [place for name in zones_of(number) if (place := _place(name))] or [UTC]
    moment = datetime.fromtimestamp(now_ms / 1000, UTC)
    for _ in range(MOST_STEPS):
        later = _latest_start(moment, places, day)
        if later is None:
            return max(int(moment.timestamp() * 1000), now_ms)
        moment = later
    # Zones that have no common day: the first one's counts.
    return next_moment_in(places[0], now_ms, day)


def next_moment_in(place: tzinfo, now_ms: int, day: Day) -> int:
    moment = datetime.fromtimestamp(now_ms / 1000, UTC)
    later = _start(moment, place, day)
    return int(later.timestamp() * 1000) if later else now_ms


def _latest_start(moment: datetime, places: Sequence[tzinfo], day: Day) -> datetime | None:
    starts = [start for place in places if (start := _start(moment, place, day))]
    return max(starts, default=None)


def _start(moment: datetime, place: tzinfo, day: Day) -> datetime | None:
    """When the day begins there, or None if it is day."""
    local = moment.astimezone(place)
    if day.has(local.time()):
        return None
    date = local.date() + timedelta(days=local.time() >= day.ends)
    return datetime.combine(date, day.begins, place).astimezone(UTC)


def _place(name: str) -> tzinfo | None:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return None
