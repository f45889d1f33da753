"""Deletes Services, and finishes creations of Services that were cut off."""

from __future__ import annotations

from collections.abc import Callable

from common.model import Service
from common.runtime import Runtime
from pool import numbers
from services.services import confirm_service, now_ms, service_document
from storage import keys

#: A creation that is not confirmed after so many seconds was cut off; its process gives up earlier (services.services).
CLAIM_SECONDS = 60


def delete_service(rt: Runtime, service: Service) -> None:
    """Restores every number at the carrier, then deletes the Service with its Sessions."""
    numbers.remove_all(rt, service)
    purge(rt, service.account_sid, service.sid)


def purge(rt: Runtime, account_sid: str, service_sid: str) -> None:
    left = 1
    while left:
        left = rt.store.service("purge_service", service_sid, {})["left"]
    rt.store.account("confirm_service", account_sid, {"service": service_sid})


def retire(rt: Runtime, account_sid: str, service_sid: str) -> bool:
    """Removes a deleted Service from the jobs' list once nothing is left to do for it. False if something is left."""
    client, claims = rt.store.client, keys.account("claims", account_sid)
    if rt.store.guard(lambda: client.zscore(claims, service_sid)) is not None:
        return False
    if not rt.store.service("retire_service", service_sid, {})["retired"]:
        return False
    rt.store.guard(lambda: client.hdel(keys.installation_services(), service_sid))
    return True


def settle_claims(rt: Runtime, account_sid: str, may_begin: Callable[[], bool] = lambda: True) -> int:
    """Finishes creations and renamings that were cut off: what was written stays, what was not is removed.

    Stops once `may_begin` says no: another worker may then do the same.
    """
    key, before = keys.account("claims", account_sid), now_ms() - CLAIM_SECONDS * 1000
    stale = rt.store.guard(lambda: rt.store.client.zrangebyscore(key, "-inf", before))
    for sid in (member.decode() for member in stale):
        if not may_begin():
            break
        doc = service_document(rt, sid)
        if doc:
            confirm_service(rt, account_sid, doc)
        else:
            purge(rt, account_sid, sid)
    numbers.return_drained_numbers(rt, account_sid, may_begin)
    return len(stale)
