"""Sets numbers' webhooks at the carrier again: after PUBLIC_URL has changed, and to renew their tokens.

May be repeated. Only the Service that holds a number changes it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from carrier.client import Carrier
from common.errors import CarrierError, NotFound
from common.model import Service
from common.runtime import Runtime
from pool import claims, number_webhooks
from pool.numbers import get_number
from services.accounts import carrier_of
from services.services import find_service
from storage import keys


@dataclass(frozen=True, slots=True)
class Repointed:
    """`outcome`: repointed | unchanged (it already led here) | released (it left the pool meanwhile) | failed.

    `reason`: why it failed.
    """

    sid: str
    service_sid: str
    outcome: str
    reason: str | None = None


class HeldElsewhere(Exception):
    """Another Service of the installation holds the number."""


def repoint(rt: Runtime, service: Service) -> Iterator[Repointed]:
    """Each number of the pool, also those that drain. A failure of one does not stop the others."""
    carrier = carrier_of(rt, service.account_sid)
    stored = rt.store.guard(lambda: rt.store.client.hgetall(keys.service("pns", service.sid)))
    for sid, number in sorted(stored.items(), key=lambda pair: pair[1]):
        yield _repoint(rt, carrier, service, number.decode(), sid.decode())


def repoint_all(rt: Runtime) -> Iterator[Repointed]:
    """All numbers of every Service."""
    for sid in sorted(rt.store.guard(lambda: rt.store.client.hkeys(keys.installation_services()))):
        service = find_service(rt, sid.decode())
        if service is not None:
            yield from repoint(rt, service)


def renew(
    rt: Runtime, carrier: Carrier, service: Service, number: str, sid: str, only: Collection[str] | None = None
) -> int | None:
    """Points the number here; None if it left the pool meanwhile: then its former webhooks are set again.

    `only`: the fields to set; None: all. Returns when the window of its URLs' oldest token began (ms). Raises
    CarrierError, HeldElsewhere.
    """
    if not _stays(rt, service, sid):
        return None
    claim = claims.read(rt, service.account_sid, [number])[number]
    if claim and claim["service"] != service.sid:
        raise HeldElsewhere
    since_ms = number_webhooks.point_here(rt, carrier, service, sid, only)
    rt.failpoint("renewed")
    if _stays(rt, service, sid):
        return since_ms
    if claim:
        _give_back(rt, carrier, service, number, claim)
    return None


def _give_back(rt: Runtime, carrier: Carrier, service: Service, number: str, claim: claims.Claim) -> None:
    """Undoes what `renew` did to a number that leaves, or that another Service has by now."""
    now = claims.read(rt, service.account_sid, [number])[number]
    other = find_service(rt, now["service"]) if now and now["service"] != service.sid else None
    if other is None:
        number_webhooks.restore(rt, carrier, claim)
    else:
        number_webhooks.point_here(rt, carrier, other, claim["sid"])


def note(rt: Runtime, service: Service, sid: str, wrong: list[str], since_ms: int | None) -> None:
    """Notes which fields do not lead here, and when the window of the URLs' token began."""
    args = {"sid": sid, "fields": sorted(wrong), "url_since": since_ms}
    rt.store.service("note_drift", service.sid, args)


def _repoint(rt: Runtime, carrier: Carrier, service: Service, number: str, sid: str) -> Repointed:
    try:
        found = number_webhooks.compare(rt, service, carrier.number(sid))
        leads_here = not found.wrong and not found.old
        since_ms = found.since_ms if leads_here else renew(rt, carrier, service, number, sid)
    except CarrierError as error:
        return Repointed(sid, service.sid, "failed", _why(error))
    except HeldElsewhere:
        return Repointed(sid, service.sid, "failed", "another Service of this installation has this number")
    if since_ms is None:
        return Repointed(sid, service.sid, "released")
    note(rt, service, sid, [], since_ms)
    return Repointed(sid, service.sid, "unchanged" if leads_here else "repointed")


def _why(error: CarrierError) -> str:
    """Not in the carrier's own words: they may contain the number."""
    if error.status == 404:
        return "the carrier's account no longer has this number"
    code = f", code {error.code}" if error.code else ""
    return f"the carrier answered {error.status}{code}" if error.status else "the carrier gave no good answer"


def _stays(rt: Runtime, service: Service, sid: str) -> bool:
    """False for a number that left, and for one that is being given back: its former webhooks may be set already."""
    try:
        number = get_number(rt, service, sid)
    except NotFound:
        return False
    return number.state == "active" or number.in_use > 0
