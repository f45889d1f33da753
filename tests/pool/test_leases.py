"""Leases and the history of them, as the store keeps them: of people with one number and of people with several."""

from __future__ import annotations

from common.model import Service
from common.runtime import Runtime
from common.sids import new
from services import services
from sessions import sessions
from storage import keys
from tests.sessions.real_runtime import ACCOUNT, TestClock, build, put_number, us_numbers

ANN, DAY_MS = "+12025550101", 86_400_000


def built(valkey_url: str, numbers: int) -> tuple[Runtime, Service, TestClock]:
    clock = TestClock()
    rt = build(valkey_url, clock)
    service = services.create_service(rt, ACCOUNT, {"unique_name": new("leases-")})
    for number in us_numbers(numbers):
        put_number(rt, service, number)
    return rt, service, clock


def opened(rt: Runtime, service: Service, other: int, who: str = ANN) -> tuple[str, str]:
    """A Session of this person with somebody else. Returns its SID and the person's proxy number."""
    people = [{"identifier": who}, {"identifier": f"+1303555{other:04d}"}]
    session = sessions.open_session(rt, service, {}, people)
    return session.sid, session.participants[0].proxy_identifier


def close(rt: Runtime, service: Service, sid: str) -> None:
    sessions.update_session(rt, service, sid, {"status": "closed"})


def lease_keys(rt: Runtime, service: Service) -> set[str]:
    found = rt.store.client.scan_iter(match=f"{{{service.sid}}}:lease*".replace("{", "\\{"))
    return {key.decode().partition("}:")[2].partition(":")[0] for key in found}


def test_a_person_with_several_numbers_at_once(valkey_url: str) -> None:
    """All are different, a Session that ends frees its own, and nothing is left in the end."""
    rt, service, _ = built(valkey_url, 4)
    held = dict(opened(rt, service, n) for n in range(4))
    assert len(set(held.values())) == 4
    assert lease_keys(rt, service) == {"lease", "leases"}
    for n, (sid, number) in enumerate(list(held.items())):
        close(rt, service, sid)
        again, only_free = opened(rt, service, n)
        assert only_free == number
        held[again] = held.pop(sid)
    for sid in held:
        close(rt, service, sid)
    assert lease_keys(rt, service) == set()


def test_people_with_one_number_share_keys(valkey_url: str) -> None:
    rt, service, _ = built(valkey_url, 2)
    for n in range(100):
        opened(rt, service, 2 * n, f"+1404555{n:04d}")
    assert lease_keys(rt, service) == {"lease"}
    found = list(rt.store.client.scan_iter(match=keys.service("lease", service.sid, "*").replace("{", "\\{")))
    assert len(found) <= 64


def test_a_number_of_90_days_ago_is_known_and_one_of_180_days_ago_is_not(valkey_url: str) -> None:
    """Whoever comes back gets the number that they had; with it they are found for another 90 days."""
    rt, service, clock = built(valkey_url, 50)
    sid, had = opened(rt, service, 1)
    for _ in range(2):
        close(rt, service, sid)
        clock.now += 90 * DAY_MS
        for n in range(20):
            opened(rt, service, n, f"+1404555{n:04d}")
        sid, number = opened(rt, service, 1)
        assert number == had
    close(rt, service, sid)
    clock.now += 180 * DAY_MS
    assert opened(rt, service, 1)[1] != had


def test_the_hashes_of_the_history_expire(valkey_url: str) -> None:
    rt, service, _ = built(valkey_url, 2)
    close(rt, service, opened(rt, service, 1)[0])
    client = rt.store.client
    found = list(client.scan_iter(match=keys.service("past", service.sid, "*").replace("{", "\\{")))
    assert found and all(0 < client.ttl(key) <= 180 * 86_400 for key in found)
