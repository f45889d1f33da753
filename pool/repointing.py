"""Sets every number's webhooks at the carrier again, after PUBLIC_URL has changed. May be repeated."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from carrier.client import Carrier
from common.errors import CarrierError
from common.model import Service
from common.runtime import Runtime
from pool import number_webhooks
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


def repoint(rt: Runtime, service: Service) -> Iterator[Repointed]:
    """Each number of the pool, also those that drain. A failure of one does not stop the others."""
    carrier = carrier_of(rt, service.account_sid)
    stored = rt.store.guard(lambda: rt.store.client.hgetall(keys.service("numbers", service.sid)))
    for number, doc in sorted(stored.items()):
        yield _repoint(rt, carrier, service, number.decode(), json.loads(doc)["sid"])


def repoint_all(rt: Runtime) -> Iterator[Repointed]:
    """All numbers of every Service."""
    for sid in sorted(rt.store.guard(lambda: rt.store.client.hkeys(keys.installation_services()))):
        service = find_service(rt, sid.decode())
        if service is not None:
            yield from repoint(rt, service)


def _repoint(rt: Runtime, carrier: Carrier, service: Service, number: str, sid: str) -> Repointed:
    route = _route(rt, service, number)
    try:
        fields = number_webhooks.expected(rt, service)
        found = carrier.number(sid)
        leads_here = not number_webhooks.changed(found, fields) and not number_webhooks.has_other_wait(found, fields)
        if not leads_here:
            number_webhooks.point_here(rt, carrier, service, sid)
        if not _in_pool(rt, service, number):
            # It was given back meanwhile: its former webhooks are set again.
            if route is not None:
                number_webhooks.restore(rt, carrier, route)
            return Repointed(sid, service.sid, "released")
    except CarrierError as error:
        return Repointed(sid, service.sid, "failed", _why(error))
    rt.store.service("note_drift", service.sid, {"sid": sid, "fields": []})
    return Repointed(sid, service.sid, "unchanged" if leads_here else "repointed")


def _why(error: CarrierError) -> str:
    """Not in the carrier's own words: they may contain the number."""
    if error.status == 404:
        return "the carrier's account no longer has this number"
    code = f", code {error.code}" if error.code else ""
    return f"the carrier answered {error.status}{code}" if error.status else "the carrier gave no good answer"


def _in_pool(rt: Runtime, service: Service, number: str) -> bool:
    return bool(rt.store.guard(lambda: rt.store.client.hexists(keys.service("numbers", service.sid), number)))


def _route(rt: Runtime, service: Service, number: str) -> dict[str, Any] | None:
    text = rt.store.guard(lambda: rt.store.client.hget(keys.account("routes", service.account_sid), number))
    return json.loads(text) if text else None
