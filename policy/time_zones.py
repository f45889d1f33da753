"""Time zones by country, from the tables of the tz database (PyPI tzdata): zone.tab, and the links of tzdata.zi.

Facts: phonenumbers gives a prefix zones that may lie in another country: Africa/Nairobi for South Sudan,
Europe/Bucharest for Kaliningrad. It also uses former names, such as Pacific/Truk.
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from zoneinfo import available_timezones

#: Regions of the numbering plans that are no country of ISO 3166 and so in no table.
OTHERS = {"AC": ("Atlantic/St_Helena",), "TA": ("Atlantic/St_Helena",), "XK": ("Europe/Belgrade",)}


def within(region: str, by_prefix: tuple[str, ...]) -> tuple[str, ...]:
    """The zones of a country that the prefix names, all if it names none; of no country in the table, the prefix's."""
    country = of_country().get(region)
    if country is None:
        return by_prefix
    named = {_canonical(name) for name in by_prefix}
    return tuple(name for name in country if _canonical(name) in named) or country


@cache
def of_country() -> dict[str, tuple[str, ...]]:
    """Country in two letters -> its zones, the most populous first."""
    found: dict[str, tuple[str, ...]] = dict(OTHERS)
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
    """Former name -> the zone that it is now."""
    rows = (line.split() for line in _read("tzdata.zi") if line.startswith("L "))
    return {row[2]: row[1] for row in rows}


def _read(name: str) -> list[str]:
    text = (resources.files("tzdata") / "zoneinfo" / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]
