"""Where people may be: a Service's lists of countries and prefixes, open when there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pool import geo
from relay.errors import Refused
from relay.identifiers import normalise, spellings
from relay.model import Service
from relay.operations.known import known

if TYPE_CHECKING:
    from relay.runtime import Runtime

NOT_ENABLED = 21408


def allows(service: Service, number: str) -> bool:
    """In one of the countries, or behind one of the prefixes."""
    countries, prefixes = service.allowed_countries, service.allowed_prefixes
    if not countries and not prefixes:
        return True
    if prefixes and any(one.startswith(tuple(prefixes.split(","))) for one in spellings(number)):
        return True
    return geo.iso_country(number) in (countries or "").split(",")


def require(service: Service, number: str) -> None:
    """Raises Refused 21408."""
    if not allows(service, number):
        raise Refused(NOT_ENABLED, "The Service is not open to this region: see its AllowedCountries, AllowedPrefixes")


def refusal(rt: Runtime, service_sid: str, sender: str) -> str | None:
    """Why this sender is nobody's participant here, or None."""
    service, number = known(rt, service_sid).service, normalise(sender)
    return None if number is None or allows(service, number) else "region"
