"""What is known of a Service before a script is asked: all of one version, which the script compares with what is so.

A webhook goes by what its process knows already, so that it asks the store once. If the script answers that this is of
another version, nothing has been done: its answer brings what is so, and the webhook is gone through again by that.
All else, API and jobs, reads the Service each time. So whatever was changed with success holds for the next request.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

from common.errors import NotFound
from common.model import Account, Service
from common.runtime import Runtime
from services.accounts import Accounts
from services.services import service_of

T = TypeVar("T")


@dataclass(frozen=True, slots=True, repr=False)
class Known:
    """`version` is another one after every change of the Service, its account's tokens, or what is stored beside it.

    `words`: its own sentences; `content`: its lists for the content policy; both as stored.
    """

    version: str
    service: Service
    words: Mapping[str, str]
    content: Mapping[str, str]
    account: Account | None


class KnownServices:
    """What this process knows of each Service, for webhooks: scripts compare the version."""

    def __init__(self, rt: Runtime) -> None:
        self.found: dict[str, Known] = {}


class Stale(Exception):
    """What a webhook went by is of another version than `found`, a script's answer. Nothing has been done."""

    def __init__(self, found: dict[str, Any]) -> None:
        super().__init__("the Service has changed")
        self.found = found


class Used(NamedTuple):
    """What a webhook goes by. `kept`: since before it came, so that a script has to compare the version."""

    known: Known
    kept: bool


_used: ContextVar[Used | None] = ContextVar("used", default=None)


def known(rt: Runtime, service_sid: str) -> Known:
    """Within `by_what_is_known` what that goes by, elsewhere as it is now. Raises NotFound."""
    used = _used_of(service_sid)
    return used.known if used else _understood(rt, service_sid, _read(rt, service_sid))


def account_of(rt: Runtime, service: Service) -> Account:
    """Without asking the store within `by_what_is_known`. Raises NotFound."""
    used = _used_of(service.sid)
    return (used.known.account if used else None) or rt.part(Accounts).require(service.account_sid)


def by_what_is_known(rt: Runtime, service_sid: str, act: Callable[[], T]) -> T:
    """`act` is done a second time if a script finds that the Service has changed before. Raises NotFound."""
    kept = rt.part(KnownServices).found.get(service_sid)
    if kept is None:
        return _going_by(Used(known(rt, service_sid), kept=False), act)
    try:
        return _going_by(Used(kept, kept=True), act)
    except Stale as stale:
        # Read since the webhook came: what has changed after that may as well have changed after it.
        return _going_by(Used(_understood(rt, service_sid, stale.found), kept=False), act)


def _going_by(used: Used, act: Callable[[], T]) -> T:
    former = _used.set(used)
    try:
        return act()
    finally:
        _used.reset(former)


def run_known(rt: Runtime, script: str, service_sid: str, args: dict[str, Any]) -> dict[str, Any]:
    """A script of a webhook's, which compares the version. Raises Stale, StoreUnavailable."""
    used = _used_of(service_sid)
    version = {"version": used.known.version} if used and used.kept else {}
    answer: dict[str, Any] = rt.store.service(script, service_sid, {**args, **version})
    if "stale" in answer:
        raise Stale(answer["stale"])
    return answer


def require_current(rt: Runtime, service_sid: str) -> None:
    """Before what no script decides. Raises Stale."""
    used = _used_of(service_sid)
    if used and used.kept and (found := _read(rt, service_sid))["version"] != used.known.version:
        raise Stale(found)


def _used_of(service_sid: str) -> Used | None:
    used = _used.get()
    return used if used is not None and used.known.service.sid == service_sid else None


def _read(rt: Runtime, service_sid: str) -> dict[str, Any]:
    found: dict[str, Any] = rt.store.service("read_service", service_sid, {})
    return found


def _understood(rt: Runtime, service_sid: str, found: dict[str, Any]) -> Known:
    """The account is read after its version was: after a change in between that is another one."""
    kept = rt.part(KnownServices).found
    if not found.get("service"):
        kept.pop(service_sid, None)
        raise NotFound("The Service")
    service, words, content = service_of(found["service"]), _fields(found["notices"]), _fields(found["content"])
    account = rt.part(Accounts).get(service.account_sid)
    kept[service_sid] = Known(found["version"], service, words, content, account)
    return kept[service_sid]


def _fields(flat: Any) -> dict[str, str]:
    """A hash as a script gives it: field, value, field, …; {} for an empty one."""
    each = iter(flat or ())
    return dict(zip(each, each, strict=True))
