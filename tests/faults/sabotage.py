"""Negative controls: damage that makes a promise false, so that a suite must report it.

Each one acts from outside, on the store, the record or a log, as a fault of the product would.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from redis import Redis, RedisError

from storage.store import connect
from tests.faults.suite import Scene
from tests.support.repeated import repeated

EVERY_SECONDS = 0.02


@contextmanager
def damaged(act: Callable[[Any], object], url: str) -> Iterator[None]:
    """Does it again and again while the block runs. `act` takes a client of the store."""
    client = connect(url)

    def once() -> None:
        with suppress(RedisError):
            act(client)

    with repeated(once, EVERY_SECONDS):
        yield


def forget_outcomes(client: Redis) -> None:
    """As a build that decides each repeated webhook again: one text has several Interactions."""
    for pattern in ("{KS*}:seen:*", "{KS*}:interaction:*"):
        for key in client.scan_iter(pattern, count=1000):
            client.delete(key)


def forget_sends(client: Redis) -> None:
    """As a build that keeps its sends in memory: nothing of them is left after a restart."""
    for pattern in ("{KS*}:line*", "{KS*}:outgoing:*", "{KS*}:queued"):
        for key in client.scan_iter(pattern, count=1000):
            client.delete(key)


def repeat_under_new_sid(here: Scene) -> None:
    """As a build that does not recognise a repeated webhook: the text goes out twice."""
    text = next(text for text in here.traffic.book.texts.values() if text.kind == "text")
    here.carrier.text(text.sender, text.talk.proxies[text.sender], f"see you {text.token}")


def send_to_a_stranger(here: Scene) -> None:
    """As a build that mixes up two people. To give a lease to another Session does not: its person is not in there."""
    text = next(text for text in here.traffic.book.texts.values() if text.kind == "text")
    stranger = next(one for one in here.traffic.people if one not in (text.sender, text.recipient))
    here.carrier.send(text.shown, stranger, f"see you {text.token}")


def forget_a_send(here: Scene) -> None:
    """As a build that keeps an accepted message in its memory, and dies."""
    talk = next(text.talk for text in here.traffic.book.texts.values() if text.kind == "text")
    here.traffic.app_texts(talk, next(iter(talk.proxies)))
    forget_sends(here.place.client())


def write_number(here: Scene) -> None:
    with (here.place.folder / "web.log").open("a") as log:
        log.write(f"no route for {here.traffic.people[0]}\n")


def alter_record(here: Scene) -> None:
    with sqlite3.connect(here.place.database, timeout=30) as connection:
        connection.execute("DELETE FROM event_details WHERE n = 20")
        connection.execute("UPDATE events SET type = 'altered' WHERE n = 30")
