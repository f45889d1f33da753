"""Time zones by country, from the tz database (PyPI tzdata): zone.tab, and the links of tzdata.zi.

For some prefixes, phonenumbers gives zones of another country: Africa/Nairobi for South Sudan, Europe/Bucharest for
Kaliningrad. It also uses old zone names, such as Pacific/Truk.
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from zoneinfo import available_timezones

#: Regions of the numbering plans that are not countries of ISO 3166, and so are not in zone.tab.
EXTRA_REGIONS = {"AC": ("Atlantic/St_Helena",), "TA": ("Atlantic/St_Helena",), "XK": ("Europe/Belgrade",)}


def zones_in(region: str, by_prefix: tuple[str, ...]) -> tuple[str, ...]:
    """The country's zones among the prefix's, or all if there are none; for an unknown country, the prefix's zones."""
    country = zones_by_country().get(region)
    if country is None:
        return by_prefix
    named = {_canonical(name) for name in by_prefix}
    return tuple(name for name in country if _canonical(name) in named) or country


@cache
def zones_by_country() -> dict[str, tuple[str, ...]]:
    """Country in two letters -> its zones, the most populous first."""
    found: dict[str, tuple[str, ...]] = dict(EXTRA_REGIONS)
    for line in _read("zone.tab"):
        country, _, name = line.split("\t")[:3]
        found[country] = (*found.get(country, ()), name)
    return found


def is_zone(name: str) -> bool:
    """Whether it is the name of a time zone, such as America/New_York."""
    return name in _names()


@cache
def _names() -> frozenset[str]:
    return frozenset(available_timezones())


def _canonical(name: str) -> str:
    return _links().get(name, name)


@cache
def _links() -> dict[str, str]:
    """Old zone name -> current name."""
    rows = (line.split() for line in _read("tzdata.zi") if line.startswith("L "))
    return {row[2]: row[1] for row in rows}


def _read(name: str) -> list[str]:
    text = (resources.files("tzdata") / "zoneinfo" / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]
