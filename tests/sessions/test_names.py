"""A Session's unique name: taken once in a Service until the Session is deleted, and good wherever a SID is."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from common.errors import NotFound, Refused
from common.model import Service
from common.runtime import Runtime
from common.sids import new
from erasure.services import delete_service
from erasure.sessions import delete_session
from services import services
from sessions import sessions
from sessions.names import stored_reference
from storage import keys
from tests.sessions.real_runtime import ACCOUNT, build


@pytest.fixture(scope="module")
def rt(valkey_url: str) -> Runtime:
    return build(valkey_url)


@pytest.fixture
def service(rt: Runtime) -> Service:
    return services.create_service(rt, ACCOUNT, {"unique_name": new("named-")})


def opened(rt: Runtime, service: Service, name: str) -> str:
    return sessions.open_session(rt, service, {"unique_name": name}, []).sid


def test_taken_until_the_session_is_deleted(rt: Runtime, service: Service) -> None:
    sid = opened(rt, service, "a ride")
    sessions.update_session(rt, service, "a ride", {"status": "closed"})
    with pytest.raises(Refused, check=lambda e: e.code == 80603):
        opened(rt, service, "a ride")
    shown = sessions.get_session(rt, service, "a ride")
    assert (shown.sid, shown.status, shown.unique_name) == (sid, "closed", "a ride")
    assert [one.unique_name for one in sessions.list_sessions(rt, service, None, 10).items] == ["a ride"]
    delete_session(rt, service, "a ride")
    with pytest.raises(NotFound):
        sessions.get_session(rt, service, "a ride")
    assert rt.store.client.hlen(keys.service("names", service.sid)) == 0
    assert opened(rt, service, "a ride") != sid


def test_the_same_name_in_another_service_looks_different_at_rest(rt: Runtime, service: Service) -> None:
    other = services.create_service(rt, ACCOUNT, {"unique_name": new("other-")})
    sids = {one.sid: opened(rt, one, "a ride") for one in (service, other)}
    found = {one.sid: rt.store.client.hgetall(keys.service("names", one.sid)) for one in (service, other)}
    assert [list(names.values()) for names in found.values()] == [[sid.encode()] for sid in sids.values()]
    assert found[service.sid].keys().isdisjoint(found[other.sid].keys())
    delete_service(rt, other)
    assert sessions.get_session(rt, service, "a ride").sid == sids[service.sid]
    assert not rt.store.client.exists(keys.service("names", other.sid))


@pytest.mark.parametrize("name", ["señor 7", "x" * 191, "KC" + "g" * 32, "\ud800", "+14155552201"])
def test_any_text(rt: Runtime, service: Service, name: str) -> None:
    sid = opened(rt, service, name)
    shown = sessions.get_session(rt, service, name)
    assert (shown.sid, shown.unique_name) == (sid, name)


def test_a_hash_is_no_name(rt: Runtime, service: Service) -> None:
    """Who reads the store cannot use what stands there in a path."""
    opened(rt, service, "a ride")
    with pytest.raises(NotFound):
        sessions.get_session(rt, service, stored_reference(rt, service, "a ride"))


def test_one_of_many_at_once_gets_it(rt: Runtime, service: Service) -> None:
    def outcome(_: int) -> str | None:
        try:
            return opened(rt, service, "a ride")
        except Refused:
            return None

    with ThreadPoolExecutor(8) as pool:
        made = [sid for sid in pool.map(outcome, range(16)) if sid]
    assert made == [sessions.get_session(rt, service, "a ride").sid]
