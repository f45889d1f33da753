"""What a Cluster costs and how evenly it shares the work: `python -m bench.scale`. CPU time only, in one process.

All servers and this process share the machine's cores, so texts a second are not measured: more primaries would only
take turns.
"""

from __future__ import annotations

import secrets
import time
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from bench.world import World, person
from carrier.inbound import Inbound
from common import config
from common.assembly import build
from common.sids import new
from common.steps import finish
from dev import store as embedded
from relay.messages import relay_message
from services.snapshot import with_snapshot
from sessions.sessions import open_session
from storage import keys
from tests.support import cluster

SERVICES, TEXTS, SIDS = 30, 300, 10_000
#: The least of so many is told: other work on the machine only adds.
ROUNDS = 6
MANY = "1000000"


class Place(NamedTuple):
    name: str
    primaries: int
    replicas: bool = False
    waits: int = 0


PLACES = (
    Place("a single server", 0),
    Place("1 primary", 1),
    Place("2 primaries", 2),
    Place("3 primaries", 3),
    Place("3 primaries, 3 replicas", 3, replicas=True),
    Place("the same, STORE_REPLICAS=1", 3, replicas=True, waits=1),
)


@contextmanager
def serving(place: Place, folder: Path) -> Iterator[World]:
    single = embedded.start(folder / "single", port=embedded.free_port(0))
    environ = {
        "REDIS_URL": single.url, "QUEUE_URL": single.url, "STORE_REPLICAS": str(place.waits),
        "PUBLIC_URL": "https://mask.bench.example", "TWILIO_ACCOUNT_SID": "AC" + "b" * 32,
        "TWILIO_AUTH_TOKEN": "token-of-the-bench-0123456789abcdef", "SECRET_KEY": secrets.token_urlsafe(48),
        "LOG_LEVEL": "ERROR", "PERSON_MESSAGES_PER_MINUTE": MANY, "PAIR_MESSAGES_PER_MINUTE": MANY,
    }  # fmt: skip
    try:
        if not place.primaries:
            yield World(build(config.load(environ)), single, environ, folder)
            return
        with cluster.running(folder / "cluster", place.primaries, replicas=place.replicas) as nodes:
            environ["REDIS_URL"] = nodes.url
            yield World(build(config.load(environ)), single, environ, folder)
    finally:
        single.kill()


def store_cpu(world: World) -> float:
    """Seconds of all primaries so far."""
    return sum(float(info["used_cpu_sys"]) + float(info["used_cpu_user"]) for info in world.rt.store.infos("cpu"))


def calls(world: World) -> list[int]:
    return [int(info.get("cmdstat_fcall", {}).get("calls", 0)) for info in world.rt.store.infos("commandstats")]


class Texts:
    """Texts in many Services of one world, and what they cost: the least CPU of all rounds, in us for one text."""

    def __init__(self, world: World) -> None:
        self._world, self._talks = world, [_talk(world) for _ in range(SERVICES)]
        self.web = self.store = float("inf")
        self._relay(2 * SERVICES)
        self._before = calls(world)

    def round(self) -> None:
        own, store = time.process_time(), store_cpu(self._world)
        self._relay(TEXTS)
        self.web = min(self.web, (time.process_time() - own) / TEXTS * 1e6)
        self.store = min(self.store, (store_cpu(self._world) - store) / TEXTS * 1e6)

    def _relay(self, count: int) -> None:
        rt = self._world.rt
        for n in range(count):
            sid, sender, called = self._talks[n % SERVICES]
            text = Inbound("message", new("SM"), sender, called, secrets.token_hex(8))
            steps = with_snapshot(rt, sid, lambda snapshot, text=text: relay_message(rt, snapshot, text))  # type: ignore[misc]
            assert "<Message" in finish(rt.store, steps)

    def __str__(self) -> str:
        shares = [after - former for after, former in zip(calls(self._world), self._before, strict=True)]
        return f"{self.web:.0f} us here, {self.store:.0f} us of all primaries; texts by primary: {shares}"


def _talk(world: World) -> tuple[str, str, str]:
    """A new Service with one Session: its SID, a person, and the number that they text."""
    service, people = world.service(2), (person(), person())
    opened = open_session(world.rt, service, {}, [{"identifier": one} for one in people])
    return service.sid, people[0], opened.participants[0].proxy_identifier


def services_by_primary(world: World) -> str:
    """Of many Services with random SIDs."""
    names = [keys.service("service", new("KS")) for _ in range(SIDS)]
    return str(sorted(Counter(map(len, world.rt.store.servers.together(names))).elements()))


def session_bytes(world: World, count: int = 3000) -> int:
    """Of the store, for a live Session of two people, without its events, which go into the record."""
    service = world.service(2)
    world.pair(service)
    world.forget_events(service)
    before = world.memory()
    for _ in range(count):
        world.pair(service)
    world.forget_events(service)
    return (world.memory() - before) // count


def main() -> None:
    ArgumentParser(prog="python -m bench.scale", description=__doc__).parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        worlds = {place.name: stack.enter_context(serving(place, folder / str(n))) for n, place in enumerate(PLACES)}
        print(f"a live Session: {session_bytes(worlds[PLACES[0].name])} bytes", flush=True)
        texts = {name: Texts(world) for name, world in worlds.items()}
        for _ in range(ROUNDS):
            for one in texts.values():
                one.round()
        for name, world in worlds.items():
            print(f"{name}: {texts[name]}; of {SIDS} Services: {services_by_primary(world)}")


if __name__ == "__main__":
    main()
