"""Which cells a person's number may come from, and in which order. The script chooses the number."""

from __future__ import annotations

from functools import lru_cache

from pool import geo

#: Levels that accept only the person's own area code. Ignored outside North America, as at Twilio.
STRICT_AREA = frozenset({"area-code"})
#: Levels wider than the area code. Twilio does not say how wide, so we try the area code first, then the country.
WIDER_AREA = frozenset({"overlay", "radius", "extended-area-code"})


def cell_groups(identifier: str, geo_match_level: str, mode: str) -> list[list[str]]:
    """Groups of cells, tried one after the other; within a group the least loaded number wins. Not to be changed."""
    return _cell_groups(identifier[: geo.BEGINNING], geo_match_level, mode)


@lru_cache(maxsize=4000)
def _cell_groups(beginning: str, geo_match_level: str, mode: str) -> list[list[str]]:
    country, area = geo.country_of(beginning), geo.area_of(beginning)
    whole = [f"{group}:{country}" for group in geo.CLASSES[mode]]
    if area is None or geo_match_level == "country":
        return [whole]
    near = [f"{group}:{country}-{area}" for group in geo.CLASSES[mode]]
    return [near] if geo_match_level in STRICT_AREA else [near, whole]


def country(identifier: str) -> str:
    return geo.country_of(identifier)
