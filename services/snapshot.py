"""A Service and what is stored beside it, all of one version, which the scripts compare with the store's.

A webhook is answered by the snapshot that its process has already, so that it asks the store once. If the script
answers that the version is another one, it has done nothing: its answer brings what is so now, and the webhook is gone
through again by that. All else, API and jobs, reads the Service each time. So whatever was changed with success holds
for the next request.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from common.errors import NotFound
from common.model import Account, Service
from common.runtime import Runtime
from services.accounts import Accounts
from services.services import service_of

T = TypeVar("T")


@dataclass(frozen=True, slots=True, repr=False)
class ServiceSnapshot:
    """`version` is another one after every change of the Service, its account's tokens, or what is stored beside it.

    `sentences`: its own; `content`: its lists for the content policy; both as stored. `account`: None if there is none.
    `version_to_compare`: the version, or None if the snapshot was read since the request came.
    """

    version: str
    service: Service
    sentences: Mapping[str, str]
    content: Mapping[str, str]
    account: Account | None
    version_to_compare: str | None = None

    @property
    def sid(self) -> str:
        return self.service.sid


class Snapshots:
    """Those of this process, by Service."""

    def __init__(self, rt: Runtime) -> None:
        self.of_service: dict[str, ServiceSnapshot] = {}


class Stale(Exception):
    """A webhook was answered by another version than `found`, a script's answer. Nothing has been done."""

    def __init__(self, found: dict[str, Any]) -> None:
        super().__init__("the Service has changed")
        self.found = found


def read_snapshot(rt: Runtime, service_sid: str) -> ServiceSnapshot:
    """As it is now. Raises NotFound."""
    return _snapshot(rt, service_sid, _read(rt, service_sid))


def run_with_snapshot(rt: Runtime, service_sid: str, act: Callable[[ServiceSnapshot], T]) -> T:
    """`act` is done a second time if a script finds that the Service has changed before. Raises NotFound."""
    kept = rt.part(Snapshots).of_service.get(service_sid)
    if kept is None:
        return act(read_snapshot(rt, service_sid))
    try:
        return act(kept)
    except Stale as stale:
        # Read since the webhook came: what has changed after that may as well have changed after it.
        return act(_snapshot(rt, service_sid, stale.found))


def run_at_version(
    rt: Runtime, service_sid: str, script: str, args: dict[str, Any], version: str | None
) -> dict[str, Any]:
    """A script that compares `version`, a snapshot's version_to_compare. Raises Stale, StoreUnavailable."""
    compared = {} if version is None else {"version": version}
    answer: dict[str, Any] = rt.store.service(script, service_sid, {**args, **compared})
    if "stale" in answer:
        raise Stale(answer["stale"])
    return answer


def require_current(rt: Runtime, snapshot: ServiceSnapshot) -> None:
    """Before what no script decides. Raises Stale."""
    if snapshot.version_to_compare is not None and (found := _read(rt, snapshot.sid))["version"] != snapshot.version:
        raise Stale(found)


def _read(rt: Runtime, service_sid: str) -> dict[str, Any]:
    found: dict[str, Any] = rt.store.service("read_service", service_sid, {})
    return found


def _snapshot(rt: Runtime, service_sid: str, found: dict[str, Any]) -> ServiceSnapshot:
    """The account is read after its version was: after a change in between that is another one."""
    kept = rt.part(Snapshots).of_service
    if not found.get("service"):
        kept.pop(service_sid, None)
        raise NotFound("The Service")
    version, service = found["version"], service_of(found["service"])
    account = rt.part(Accounts).get(service.account_sid)
    fresh = ServiceSnapshot(version, service, _fields(found["notices"]), _fields(found["content"]), account)
    kept[service_sid] = replace(fresh, version_to_compare=version)
    return fresh


def _fields(flat: Any) -> dict[str, str]:
    """A hash as a script gives it: field, value, field, …; {} for an empty one."""
    each = iter(flat or ())
    return dict(zip(each, each, strict=True))
