"""Which numbers may take part: a Service's lists of countries and prefixes. Without lists, all may."""

from __future__ import annotations

from common.errors import Refused
from common.identifiers import normalise, spellings
from common.model import Service
from pool import geo

NOT_ENABLED = 21408


def is_allowed(service: Service, number: str) -> bool:
    """Whether the number is in one of the countries, or begins with one of the prefixes."""
    countries, prefixes = service.allowed_countries, service.allowed_prefixes
    if not countries and not prefixes:
        return True
    if prefixes and any(one.startswith(tuple(prefixes.split(","))) for one in spellings(number)):
        return True
    return geo.iso_country(number) in (countries or "").split(",")


def require_allowed(service: Service, number: str) -> None:
    """Raises Refused 21408."""
    if not is_allowed(service, number):
        raise Refused(NOT_ENABLED, "The Service is not open to this region: see its AllowedCountries, AllowedPrefixes")


def refusal_reason(service: Service, sender: str) -> str | None:
    """`region` if this sender may not take part, else None."""
    number = normalise(sender)
    return None if number is None or is_allowed(service, number) else "region"
