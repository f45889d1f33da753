"""Removes an account: its credentials end at once, then its Services are deleted, then the account itself."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from common.errors import CarrierError, NotFound, Refused
from common.model import Service
from common.runtime import Runtime
from erasure.services import delete_service
from pool import claims, numbers
from services.account_document import stored_account
from services.accounts import close_account
from services.api_keys import delete_keys
from services.services import find_service
from storage import keys

log = logging.getLogger("maskline.accounts")
PAGE = 100


@dataclass(frozen=True, slots=True)
class Removal:
    """`left_behind`: SIDs of numbers that still have our webhooks, because the carrier refused to change them.

    `finished`: False if a job deletes the rest, after all events and callbacks of the Services are gone.
    """

    services: int
    left_behind: list[str]
    finished: bool


def remove_account(rt: Runtime, account_sid: str, *, force: bool) -> Removal:
    """May be repeated. `force`: live Sessions end, and numbers that the carrier does not let us change are left behind.

    Raises Invalid (the account of the settings), NotFound, Refused (live Sessions), CarrierError.
    """
    stored_account(rt, account_sid)
    if not force and (live := [sid for sid in _service_sids(rt, account_sid) if _is_live(rt, sid)]):
        raise Refused(
            20409, f"{len(live)} of its Services have live Sessions, such as {live[0]}: close these, or --force"
        )
    close_account(rt, account_sid)
    delete_keys(rt, account_sid)
    deleted, left_behind = 0, list[str]()
    for service in _services(rt, account_sid):
        left_behind += _delete(rt, service, force)
        deleted += 1
    return Removal(deleted, left_behind, finish_removal(rt, account_sid))


def finish_removal(rt: Runtime, account_sid: str, may_begin: Callable[[], bool] = lambda: True) -> bool:
    """Goes on with the removal of a closed account. True if nothing of the account is left.

    Stops once `may_begin` says no.
    """
    try:
        sealed, account = stored_account(rt, account_sid)
    except NotFound:
        return _leave_list(rt, account_sid)
    if not account.is_closed:
        return False
    delete_keys(rt, account_sid)
    # A request that was under way when the account was closed may have created one.
    for service in _services(rt, account_sid):
        if not may_begin():
            return False
        delete_service(rt, service)
    # A number that was claimed but never added is given back by finish_interrupted.
    has_more = _service_sids(rt, account_sid) or claims.has_any(rt, account_sid)
    if has_more or not _forget(rt, account_sid, sealed):
        return False
    log.info("account %s is removed", account_sid)
    return _leave_list(rt, account_sid)


def _leave_list(rt: Runtime, account_sid: str) -> bool:
    rt.store.guard(lambda: rt.store.client.hdel(keys.ring("installation_accounts"), account_sid))
    return True


def _forget(rt: Runtime, account_sid: str, sealed: str) -> bool:
    answer: dict[str, bool] = rt.store.account("forget_account", account_sid, {"former": sealed})
    return answer["forgotten"]


def _delete(rt: Runtime, service: Service, force: bool) -> list[str]:
    try:
        delete_service(rt, service)
        return []
    except CarrierError:
        if not force:
            raise
    left_behind = numbers.abandon_all(rt, service)
    delete_service(rt, service)
    return left_behind


def _service_sids(rt: Runtime, account_sid: str) -> list[str]:
    """Of its Services, also of deleted ones whose events are not all recorded."""
    owners = rt.store.guard(lambda: rt.store.client.hgetall(keys.installation_services()))
    return sorted(sid.decode() for sid, owner in owners.items() if owner.decode() == account_sid)


def _services(rt: Runtime, account_sid: str) -> Iterator[Service]:
    for sid in _service_sids(rt, account_sid):
        service = find_service(rt, sid)
        if service is not None:
            yield service


def _is_live(rt: Runtime, service_sid: str) -> bool:
    service, cursor = find_service(rt, service_sid), None
    while service is not None:
        page = numbers.list_numbers(rt, service, cursor, PAGE)
        if any(number.in_use for number in page.items):
            return True
        cursor = page.next_cursor
        if cursor is None:
            return False
    return False
