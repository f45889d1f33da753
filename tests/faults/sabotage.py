"""Negative controls: damage that makes a promise false, so that a suite must report it.

Each one acts from outside, on the store, the record or a log, as a fault of the product would.
"""

from __future__ import annotations

import itertools
import random
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from redis import Redis, RedisError

from storage.store import connect
from tests.faults.suite import Scene

EVERY_SECONDS = 0.02


@contextmanager
def repeated(act: Callable[[Any], object], url: str) -> Iterator[None]:
    """Does it again and again while the block runs. `act` takes a client of the store."""
    over, client = threading.Event(), connect(url)

    def run() -> None:
        while not over.wait(EVERY_SECONDS):
            try:
                act(client)
            except RedisError:
                continue

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def forget_outcomes(client: Redis) -> None:
    """As a build that decides each repeated webhook again: one text has several Interactions."""
    for key in client.scan_iter("{KS*}:seen:*", count=1000):
        client.delete(key)


def drop_sends(client: Redis) -> None:
    """As a build that sends from its memory: messages of the app are lost."""
    for key in client.scan_iter("{KS*}:line*", count=1000):
        client.delete(key)


def forget_sends(client: Redis) -> None:
    """As a build that keeps its sends in memory: nothing of them is left after a restart."""
    for pattern in ("{KS*}:line*", "{KS*}:outgoing:*", "{KS*}:queued"):
        for key in client.scan_iter(pattern, count=1000):
            client.delete(key)


def cross_leases(client: Redis) -> None:
    """As a build that leases one pair twice: texts reach strangers."""
    routes = [
        (key, number, route) for key in client.scan_iter("{KS*}:leases:*") for number, route in _hash(client, key)
    ]
    for (key, number, _), (_, _, other) in itertools.pairwise(random.sample(routes, min(len(routes), 6))):
        if key.startswith(key[:36]):
            client.hset(key, number, other)


def _hash(client: Redis, key: bytes) -> list[tuple[bytes, bytes]]:
    found: Any = client.hgetall(key)
    return list(found.items())


def repeat_under_new_sid(here: Scene) -> None:
    """As a build that does not recognise a repeated webhook: the text goes out twice."""
    text = next(text for text in here.traffic.book.texts.values() if text.kind == "text")
    here.carrier.text(text.sender, text.talk.proxies[text.sender], f"see you {text.token}")


def write_number(here: Scene) -> None:
    with (here.place.folder / "web.log").open("a") as log:
        log.write(f"no route for {here.traffic.people[0]}\n")


def alter_record(here: Scene) -> None:
    with sqlite3.connect(here.place.database, timeout=30) as connection:
        connection.execute("DELETE FROM event_details WHERE n = 20")
        connection.execute("UPDATE events SET type = 'altered' WHERE n = 30")
