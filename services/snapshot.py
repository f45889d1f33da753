"""A Service with its account, sentences and content lists, all of one version. The scripts compare the version.

A webhook, or an API request that opens a Session, uses the snapshot that its process already has, so it needs one trip
to the store. If the version has changed, the script does nothing and answers with the new snapshot, and the request is
handled again with that one. The rest of the API, and jobs, read the Service each time. So a change that was answered
with success holds for the next request of every process.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from common.errors import NotFound
from common.model import Account, Service
from common.runtime import Runtime
from common.steps import IN_THREAD, Steps, service_call
from services.accounts import Accounts
from services.services import service_of

T = TypeVar("T")


@dataclass(frozen=True, slots=True, repr=False)
class ServiceSnapshot:
    """`version` changes with every change of the Service, its account's tokens, its sentences or its content lists.

    `sentences`: its own notices; `content`: its lists for the content policy; both as stored. `account`: None if it
    does not exist any more. `version_to_compare`: None if the snapshot was read after the request came, so it cannot be
    stale.
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
    """The snapshots of this process, by Service SID."""

    def __init__(self, rt: Runtime) -> None:
        self.of_service: dict[str, ServiceSnapshot] = {}


class Stale(Exception):
    """The snapshot was of an old version; `found` is the new one, as the script gave it. Nothing has been done."""

    def __init__(self, found: dict[str, Any]) -> None:
        super().__init__("the Service has changed")
        self.found = found


def read_snapshot(rt: Runtime, service_sid: str) -> ServiceSnapshot:
    """As it is now. Raises NotFound."""
    return _snapshot(rt, service_sid, _read(rt, service_sid))


def with_snapshot(rt: Runtime, service_sid: str, act: Callable[[ServiceSnapshot], Steps[T]]) -> Steps[T]:
    """Does `act`; does it again with a new snapshot if a script finds that the Service had changed.

    Raises NotFound.
    """
    kept = rt.part(Snapshots).of_service.get(service_sid)
    if kept is None:
        yield IN_THREAD
        return (yield from act(read_snapshot(rt, service_sid)))
    try:
        return (yield from act(kept))
    except Stale as stale:
        found = stale.found
    yield IN_THREAD
    # This one was read after the request came, so it is not compared again.
    return (yield from act(_snapshot(rt, service_sid, found)))


def call_at_version(script: str, service_sid: str, args: dict[str, Any], version: str | None) -> Steps[dict[str, Any]]:
    """A script that compares `version`, a snapshot's version_to_compare. Raises Stale, StoreUnavailable."""
    compared = args if version is None else {**args, "version": version}
    answer: dict[str, Any] = yield service_call(script, service_sid, compared)
    if "stale" in answer:
        raise Stale(answer["stale"])
    return answer


def require_current(snapshot: ServiceSnapshot) -> Steps[None]:
    """For decisions that no script makes. Raises Stale."""
    if snapshot.version_to_compare is None:
        return
    found: dict[str, Any] = yield service_call("read_service", snapshot.sid, {})
    if found["version"] != snapshot.version:
        raise Stale(found)


def _read(rt: Runtime, service_sid: str) -> dict[str, Any]:
    found: dict[str, Any] = rt.store.service("read_service", service_sid, {})
    return found


def _snapshot(rt: Runtime, service_sid: str, found: dict[str, Any]) -> ServiceSnapshot:
    """The account is read after the version: a change in between gives another version."""
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
    """A hash from a script: [field, value, field, …], or {} if it is empty."""
    each = iter(flat or ())
    return dict(zip(each, each, strict=True))
