"""T8: p99 of webhooks alone, while jobs run, and while a customer's app is slow."""

from __future__ import annotations

import contextlib
import multiprocessing
import threading
import time
from collections.abc import Iterator

from bench import forms, load
from bench.app import app_that_agrees
from bench.http import Http
from bench.report import Figure, interleaved, say
from bench.world import person as somebody
from common import config
from common.assembly import build
from record.database import open_engine
from record.drain import drain_service
from record.migrate import upgrade
from services.services import update_service
from sessions.expiry import sweep_service
from sessions.sessions import open_session

#: Seconds of the app's answer, and how many of its Service's messages wait for it at any time.
SLOW_SECONDS, WAITING = 2.0, 8
#: Sessions that end during one round.
ENDING = 2_000


def measure(http: Http, rounds: int) -> list[Figure]:
    say(f"T8 the slowest hundredth: medians of {rounds} rounds of {http.seconds:g} s that take turns")
    sides = {
        "alone": lambda: _p99(http),
        "beside jobs": lambda: _within(http, jobs_at_work(http)),
        "beside a slow app": lambda: _within(http, slow_app(http)),
    }
    found = interleaved(rounds, sides)
    for name, p99 in found.items():
        say(f"  {name:<20}p99 {p99:.1f} ms")
    return [
        Figure("T8", found["beside jobs"] / found["alone"], f"{ENDING:,} sessions ending, the drain running"),
        Figure(
            "T8 slow app", found["beside a slow app"] / found["alone"], f"{WAITING} messages wait for it at any time"
        ),
    ]


def _p99(http: Http) -> float:
    requests = forms.webhooks(
        http.paths(http.service),
        forms.senders(http.sessions),
        int(12_000 * max(http.seconds, 1)),
    )
    did = load.drive(http.servers["web"].target, requests, http.seconds, forms.RELAYED)
    if did.failed:
        raise ValueError(f"{did.failed} webhooks failed")
    return did.p99_ms


def _within(http: Http, company: contextlib.AbstractContextManager[None]) -> float:
    with company:
        return _p99(http)


@contextlib.contextmanager
def jobs_at_work(http: Http) -> Iterator[None]:
    """The jobs as the worker runs them, in their own process, without pauses."""
    world = http.world
    ending = world.service(4)
    world.fsync("everysec")
    for _ in range(ENDING):
        people = [{"identifier": person} for person in (somebody(), somebody())]
        open_session(world.rt, ending, {"ttl": 1}, people)
    world.fsync("always")
    time.sleep(1)
    process = multiprocessing.get_context("spawn").Process(
        target=_work, args=(world.environ, str(world.directory), [ending.sid, http.service.sid]), daemon=True
    )
    process.start()
    try:
        yield
    finally:
        process.terminate()
        process.join()


def _work(environ: dict[str, str], directory: str, services: list[str]) -> None:
    rt = build(config.load(environ))
    url = f"sqlite:///{directory}/record.sqlite3"
    upgrade(url)
    engine = open_engine(url)
    while True:
        for sid in services:
            sweep_service(rt, sid)
            drain_service(rt.store, engine, sid)


@contextlib.contextmanager
def slow_app(http: Http) -> Iterator[None]:
    world, target, done = http.world, http.servers["web"].target, threading.Event()
    service = world.service(4)
    sessions = [world.pair(service) for _ in range(WAITING)]

    def insist() -> None:
        while not done.is_set():
            load.ask(target, forms.webhooks(http.paths(service), forms.senders(sessions), 1)[0])

    with app_that_agrees(SLOW_SECONDS) as url:
        update_service(world.rt, service, {"intercept_callback_url": url})
        people = [threading.Thread(target=insist) for _ in range(WAITING)]
        for person in people:
            person.start()
        time.sleep(SLOW_SECONDS / 4)
        try:
            yield
        finally:
            done.set()
            for person in people:
                person.join()
