"""What AvailablePhoneNumbers can be searched by. What this catalogue cannot tell is refused, never ignored.

Facts (Twilio's OpenAPI file, AvailablePhoneNumbers): the names and types; all must hold. No number here needs an
address or is a beta, so that those filters leave out nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from simulator import catalogue
from simulator.errors import refusal

ABLE = ("sms", "mms", "voice", "fax")
#: Of a block: which of its fields a filter compares, without regard to case.
PLACES = {"InLocality": "city", "InRegion": "region", "InPostalCode": "postal_code"}
FLAGS = frozenset(
    {f"{one.title()}Enabled" for one in ABLE}
    | {f"Exclude{one}AddressRequired" for one in ("All", "Local", "Foreign")}
    | {"Beta"}
)
UNKNOWN = ("NearNumber", "NearLatLong", "Distance", "InRateCenter", "InLata")
TRUTHS = {"true": True, "false": False}
SHORTEST = 2


@dataclass(frozen=True)
class Search:
    area: str
    contains: str
    able: Mapping[str, bool]
    places: Mapping[str, str]

    @classmethod
    def of(cls, args: Mapping[str, str]) -> Search:
        """Raises 20001, with the name of the filter."""
        for name, value in args.items():
            _check(name, value)
        area, contains = args.get("AreaCode", ""), args.get("Contains", "")
        able = {one: TRUTHS[text.lower()] for one in ABLE if (text := args.get(f"{one.title()}Enabled", ""))}
        places = {field: args[name] for name, field in PLACES.items() if args.get(name)}
        return cls(area, contains, able, places)

    def fits(self, block: catalogue.Block) -> bool:
        """An ability that is not asked for may be there; one with `false` may not."""
        return all(block.capabilities[one] == wanted for one, wanted in self.able.items()) and all(
            getattr(block, field).lower() == wanted.lower() for field, wanted in self.places.items()
        )


def _check(name: str, value: str) -> None:
    """What is no filter at all is ignored, as by Twilio."""
    if not value:
        return
    if name in UNKNOWN:
        raise refusal(20001, f"{name} is not known to this carrier: search by {', '.join(PLACES)} or AreaCode")
    if name in FLAGS and value.lower() not in TRUTHS:
        raise refusal(20001, f"{name} must be true or false")
    if name == "AreaCode" and not (value.isascii() and value.isdigit()):
        raise refusal(20001, "AreaCode must be digits")
    if name == "Contains" and len(value) < SHORTEST:
        raise refusal(20001, f"Contains must be at least {SHORTEST} characters")
