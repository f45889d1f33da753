"""Numbers of the pool: added with their webhooks, reserved, drained, and restored at the carrier when they leave."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Iterator
from typing import Any

from carrier.client import Carrier
from carrier.model import CarrierNumber
from common import listing
from common.errors import CarrierError, Invalid, NotFound, Refused
from common.identifiers import SCHEME, lookup
from common.model import Page, Service
from common.runtime import Runtime
from common.script_errors import SENTENCES, checked
from common.steps import Command, Steps
from pool import claims, codec, geo, number_webhooks
from pool.model import PhoneNumber
from services.accounts import carrier_of
from storage import keys

log = logging.getLogger("maskline.numbers")
#: A number whose addition was cut off is given back after so many seconds.
UNFINISHED_SECONDS = 600


def add_number(
    rt: Runtime, service: Service, *, sid: str | None, phone_number: str | None, is_reserved: bool
) -> PhoneNumber:
    """Raises NotFound (the account has no such number), Refused 80601 (another Service of the installation has it),
    CarrierError.
    """
    carrier = carrier_of(rt, service.account_sid)
    found = _at_carrier(carrier, sid, phone_number)
    claim = claims.claim(rt, service, found)
    try:
        since = number_webhooks.point_here(rt, carrier, service, found.sid)
        added = checked(rt.store.service("add_number", service.sid, _addition(rt, service, found, is_reserved, since)))
    except (CarrierError, Refused):
        _undo_addition(rt, service, carrier, found, claim)
        raise
    _hold(rt, service, carrier, found)
    if carrier.captured_by_messaging_service(found.sid):
        log.warning("number %s: a Messaging Service takes its inbound messages; let it defer to the number", found.sid)
    return codec.number(added["number"], service.sid, service.account_sid)


def _at_carrier(carrier: Carrier, sid: str | None, phone_number: str | None) -> CarrierNumber:
    found = carrier.number(sid) if sid else carrier.find_number(phone_number or "")
    if found is None or (phone_number and found.phone_number != phone_number):
        raise NotFound("A phone number of this account at the carrier")
    return found


def _addition(rt: Runtime, service: Service, found: CarrierNumber, is_reserved: bool, url_since: int) -> dict[str, Any]:
    number, country = found.phone_number, geo.country_of(found.phone_number)
    doc = {
        "sid": found.sid, "number": number, "friendly_name": found.friendly_name, "capabilities": found.capabilities,
        "country": geo.iso_country(number), "home": geo.home_cells(number, country, found.capabilities),
        "url_since": url_since,
    }  # fmt: skip
    return {
        "doc": doc, "reserved": is_reserved, "own": rt.index.of(service.sid, SCHEME, lookup(number)),
        "most": rt.settings.max_numbers_per_service,
    }  # fmt: skip


def _hold(rt: Runtime, service: Service, carrier: Carrier, found: CarrierNumber) -> None:
    """Claims a number of the pool again, if another request to add it failed and ended the claim of both.

    That request looks into the pool, and this one for its claim, each after its own change: one of them sees it.
    """
    if claims.held_by(rt, service.account_sid, service.sid, found.phone_number) is None:
        claims.claim(rt, service, found)
        number_webhooks.point_here(rt, carrier, service, found.sid)


def _undo_addition(rt: Runtime, service: Service, carrier: Carrier, found: CarrierNumber, claim: claims.Claim) -> None:
    """Undoes an addition that failed, unless the number was in the pool before."""
    if _document(rt, service.sid, found.phone_number) is None:
        number_webhooks.restore(rt, carrier, claim)
        claims.release(rt, service.account_sid, found.phone_number, claim)
        if _document(rt, service.sid, found.phone_number) is not None:
            _hold(rt, service, carrier, found)


def get_number(rt: Runtime, service: Service, sid: str) -> PhoneNumber:
    return _number_of(service, rt.store.service("update_number", service.sid, {"sid": sid}))


def update_number(rt: Runtime, service: Service, sid: str, is_reserved: bool) -> PhoneNumber:
    args = {"sid": sid, "reserved": is_reserved}
    return _number_of(service, rt.store.service("update_number", service.sid, args))


def remove_number(rt: Runtime, service: Service, sid: str) -> None:
    """Not chosen any more from now on. Given back at once if it has no leases, else by a job when the last one ends."""
    doc = checked(rt.store.service("drain_number", service.sid, {"sid": sid}))["number"]
    if doc["in_use"] == 0:
        return_to_carrier(rt, service.account_sid, service.sid, doc["number"])


def remove_all(rt: Runtime, service: Service) -> None:
    """For a Service that is deleted: its leases end too."""
    stored = rt.store.guard(lambda: rt.store.client.hgetall(keys.service("numbers", service.sid)))
    for doc in (json.loads(text) for text in stored.values()):
        if not doc.get("draining"):
            rt.store.service("drain_number", service.sid, {"sid": doc["sid"]})
        return_to_carrier(rt, service.account_sid, service.sid, doc["number"], force=True)


def abandon_all(rt: Runtime, service: Service) -> list[str]:
    """Forgets the numbers without restoring their webhooks, where the carrier does not let us. Returns their SIDs."""
    stored = rt.store.guard(lambda: rt.store.client.hgetall(keys.service("numbers", service.sid)))
    docs = [json.loads(text) for text in stored.values()]
    for doc in docs:
        rt.store.service("drain_number", service.sid, {"sid": doc["sid"]})
        claim = claims.held_by(rt, service.account_sid, service.sid, doc["number"])
        _forget(rt, service.account_sid, service.sid, doc["number"], claim, force=True)
    return [doc["sid"] for doc in docs]


def list_numbers(rt: Runtime, service: Service, cursor: str | None, limit: int) -> Page[PhoneNumber]:
    answer = rt.store.service("list_numbers", service.sid, listing.arguments(cursor, limit))
    return listing.page(answer, lambda doc: codec.number(doc, service.sid, service.account_sid))


def requested_number(service_sid: str, number: str | None, sid: str | None) -> Steps[str | None]:
    """The proxy number that the API's caller asked for, by number or by SID. Raises Refused 80601, Invalid."""
    if sid is None:
        return number
    found = yield Command(("HGET", keys.service("pns", service_sid), sid))
    if found is None:
        raise Refused(80601, SENTENCES[80601])
    if number is not None and number != found.decode():
        raise Invalid("ProxyIdentifierSid", "names another number than ProxyIdentifier; give one of the two")
    return str(found.decode())


def return_to_carrier(rt: Runtime, account_sid: str, service_sid: str, number: str, force: bool = False) -> None:
    """Restores a drained number's webhooks at the carrier, then removes it. May be repeated."""
    claim = claims.held_by(rt, account_sid, service_sid, number)
    if claim is not None:
        number_webhooks.restore(rt, carrier_of(rt, account_sid), claim)
    _forget(rt, account_sid, service_sid, number, claim, force)


def _forget(
    rt: Runtime, account_sid: str, service_sid: str, number: str, claim: claims.Claim | None, force: bool
) -> None:
    own = rt.index.of(service_sid, SCHEME, lookup(number))
    args = {"number": number, "own": own, "force": force}
    rt.store.service("finish_number", service_sid, args)
    if claim is not None:
        claims.release(rt, account_sid, number, claim)


def return_drained_numbers(rt: Runtime, account_sid: str, may_begin: Callable[[], bool] = lambda: True) -> None:
    """Gives back the numbers that have drained, and those that were claimed but never added.

    Stops once `may_begin` says no: a number that was added again meanwhile must not lose its webhooks.
    """
    for service_sid, number in _returnable(rt, account_sid):
        if not may_begin():
            return
        return_to_carrier(rt, account_sid, service_sid, number)


def _returnable(rt: Runtime, account_sid: str) -> Iterator[tuple[str, str]]:
    """(Service SID, number)"""
    held = claims.of_account(rt, account_sid)
    for number, claim in held.items():
        doc = _document(rt, claim["service"], number)
        if doc is None and time.time() - claim["at"] > UNFINISHED_SECONDS:
            yield claim["service"], number
    for service_sid in {claim["service"] for claim in held.values()}:
        for number in rt.store.service("list_drained", service_sid, {})["numbers"] or ():
            yield service_sid, number


def _number_of(service: Service, answer: dict[str, Any]) -> PhoneNumber:
    return codec.number(checked(answer)["number"], service.sid, service.account_sid)


def _document(rt: Runtime, service_sid: str, number: str) -> dict[str, Any] | None:
    text = rt.store.guard(lambda: rt.store.client.hget(keys.service("numbers", service_sid), number))
    return json.loads(text) if text else None
