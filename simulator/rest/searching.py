"""The filters of AvailablePhoneNumbers. A filter that this catalogue cannot apply is refused, never ignored.

From Twilio's OpenAPI file (AvailablePhoneNumbers): the names and types; a number must match all filters. No number here
requires an address or is in beta, so those filters exclude nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from simulator import catalogue
from simulator.errors import refusal

CAPABILITIES = ("sms", "mms", "voice", "fax")
#: Filter -> field of a block that it is compared with, ignoring case.
PLACES = {"InLocality": "city", "InRegion": "region", "InPostalCode": "postal_code"}
FLAGS = frozenset(
    {f"{one.title()}Enabled" for one in CAPABILITIES}
    | {f"Exclude{one}AddressRequired" for one in ("All", "Local", "Foreign")}
    | {"Beta"}
)
UNKNOWN = ("NearNumber", "NearLatLong", "Distance", "InRateCenter", "InLata")
BOOLEANS = {"true": True, "false": False}
MIN_CONTAINS = 2


@dataclass(frozen=True)
class Search:
    area: str
    contains: str
    capabilities: Mapping[str, bool]
    places: Mapping[str, str]

    @classmethod
    def of(cls, args: Mapping[str, str]) -> Search:
        """Raises 20001 with the filter's name."""
        for name, value in args.items():
            _check(name, value)
        area, contains = args.get("AreaCode", ""), args.get("Contains", "")
        capabilities = {
            one: BOOLEANS[text.lower()] for one in CAPABILITIES if (text := args.get(f"{one.title()}Enabled", ""))
        }
        places = {field: args[name] for name, field in PLACES.items() if args.get(name)}
        return cls(area, contains, capabilities, places)

    def fits(self, block: catalogue.Block) -> bool:
        """A capability that was not asked for may be present; one asked for with `false` may not."""
        return all(block.capabilities[one] == wanted for one, wanted in self.capabilities.items()) and all(
            getattr(block, field).lower() == wanted.lower() for field, wanted in self.places.items()
        )


def _check(name: str, value: str) -> None:
    """Unknown parameters are ignored, as Twilio does."""
    if not value:
        return
    if name in UNKNOWN:
        raise refusal(20001, f"{name} is not known to this carrier: search by {', '.join(PLACES)} or AreaCode")
    if name in FLAGS and value.lower() not in BOOLEANS:
        raise refusal(20001, f"{name} must be true or false")
    if name == "AreaCode" and not (value.isascii() and value.isdigit()):
        raise refusal(20001, "AreaCode must be digits")
    if name == "Contains" and len(value) < MIN_CONTAINS:
        raise refusal(20001, f"Contains must be at least {MIN_CONTAINS} characters")
