"""T5: the bytes that a session with two participants adds to the store, live and closed."""

from __future__ import annotations

from bench.report import Figure, say
from bench.world import World
from sessions.sessions import update_session
from storage import keys

POOL = 500


def measure(world: World, count: int) -> list[Figure]:
    """Sessions are opened and closed by the real operations, between new people, with a ttl; events are trimmed."""
    world.fsync("everysec")
    service = world.service(POOL)
    world.pair(service)
    world.forget_events(service)
    before = world.memory()
    opened = [world.pair(service).sid for _ in range(count)]
    world.forget_events(service)
    live = (world.memory() - before) / count
    say(f"  {count:,} sessions: {live:.0f} bytes each, of which {_parts(world, service.sid, LIVE)}")
    for sid in opened:
        update_session(world.rt, service, sid, {"status": "closed"})
    world.forget_events(service)
    closed = (world.memory() - before) / count
    say(f"  closed: {closed:.0f} bytes each, of which {_parts(world, service.sid, CLOSED)}")
    world.fsync("always")
    return [
        Figure("T5 live", live, f"two strangers, ttl set, {count:,} opened"),
        Figure("T5 closed", closed, "their history of 90 days included"),
    ]


#: Keys with one entry a session or a person, several of them in one key: name -> how many for a session.
LIVE = {"session": 1, "lease": 2}
CLOSED = {"session": 1, "past": 2}


def _parts(world: World, service_sid: str, names: dict[str, int]) -> str:
    """Measured with MEMORY USAGE of a sample; the rest are indexes and the tables that find keys."""
    found = [f"{name} {count} x {_sample(world, service_sid, name):.0f}" for name, count in names.items()]
    return ", ".join([*found, "the rest indexes"])


def _sample(world: World, service_sid: str, name: str, most: int = 200) -> float:
    client = world.rt.store.client
    scan = client.scan_iter(match=keys.service(name, service_sid, "*").replace("{", "\\{"), count=5000)
    found = [key for key, _ in zip(scan, range(most), strict=False)]
    size = sum(client.memory_usage(key, samples=0) or 0 for key in found)
    return size / max(sum(client.hlen(key) for key in found), 1)
