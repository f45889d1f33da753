"""Finds numbers whose webhooks at the carrier are not as we set them.

A change by others is reported; a change of our own settings (how long the carrier waits) is sent to the carrier.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from carrier.client import Carrier
from common.errors import CarrierError
from common.runtime import Runtime
from pool import number_webhooks
from services.accounts import carrier_of
from services.services import find_service
from storage import keys

log = logging.getLogger(__name__)


def check_drift(rt: Runtime, service_sid: str, may_begin: Callable[[], bool] = lambda: True) -> list[str]:
    """Returns the SIDs of the numbers that no longer lead here; each change is recorded as an event.

    A number that leads here, but with the Service's former waiting time, gets the new one. Stops once `may_begin` says
    no: another worker may then do the same, and a number that has left the pool must not be changed.
    """
    pool = rt.store.guard(lambda: rt.store.client.hkeys(keys.service("pns", service_sid)))
    service = find_service(rt, service_sid) if pool else None
    if service is None:
        return []
    carrier, fields, found = carrier_of(rt, service.account_sid), number_webhooks.expected(rt, service), []
    for sid in (member.decode() for member in pool):
        if not may_begin():
            break
        try:
            wrong = _wrong(carrier, sid, fields, may_begin)
        except CarrierError as error:
            log.warning("number %s could not be looked at (status %d)", sid, error.status)
            continue
        if wrong:
            found.append(sid)
            log.warning("number %s: its %s at the carrier no longer lead here", sid, ", ".join(wrong))
        rt.store.service("note_drift", service_sid, {"sid": sid, "fields": sorted(wrong)})
    return found


def _wrong(carrier: Carrier, sid: str, fields: dict[str, str], may_begin: Callable[[], bool]) -> list[str]:
    """The fields that differ; `phone_number` if the account no longer has the number."""
    try:
        found = carrier.number(sid)
        wrong = number_webhooks.changed(found, fields)
        if not wrong and number_webhooks.has_other_wait(found, fields) and may_begin():
            carrier.configure(sid, fields)
    except CarrierError as error:
        if error.status != 404:
            raise
        return ["phone_number"]
    return wrong
