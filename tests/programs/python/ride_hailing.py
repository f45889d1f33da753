"""Rides: both people join at the same time. This must not fail, because the app would then show real numbers."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from . import kit

RIDES = 12

client, service = kit.client(), kit.service()


def phones_of(ride: int) -> tuple[str, str]:
    return f"+141555591{ride:02}", f"+141555592{ride:02}"


def start(ride: int) -> Any:
    session = service.sessions.create(unique_name=f"ride {ride}", ttl=3600)
    with ThreadPoolExecutor(2) as pool:
        joined = list(pool.map(lambda phone: session.participants.create(identifier=phone), phones_of(ride)))
    return session, [person.proxy_identifier for person in joined]


def main() -> None:
    with ThreadPoolExecutor(6) as pool:
        rides = list(pool.map(start, range(RIDES)))
    for ride, (session, masks) in enumerate(rides):
        assert not {*masks} & {*phones_of(ride)}
        assert {p.identifier for p in session.participants.list()} == {*phones_of(ride)}
    (session, masks), (rider, driver) = rides[0], phones_of(0)
    kit.text(rider, masks[0], "I wear a hat")
    assert kit.inbox(driver) == [(masks[1], "I wear a hat")]
    assert all(session.delete() is True for session, _ in rides)
    assert kit.refusal(session.fetch) == (404, 20404)
    kit.text(rider, masks[0], "And my bag?")
    assert kit.inbox(driver) == []


if __name__ == "__main__":
    main()
