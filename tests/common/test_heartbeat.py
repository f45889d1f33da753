"""Heartbeats: how often they are written, their age in seconds, and when a process counts as dead.

Only plain commands are used, so fakeredis is enough.
"""

from __future__ import annotations

import fakeredis
import pytest

from common import heartbeat
from common.heartbeat import CLOCK, DEAD_SECONDS, MIN_SECONDS_BETWEEN, PROCESSES, Heartbeat
from common.queue_name import QueueName
from storage.servers import SingleServer
from storage.store import Store, StoreUnavailable
from tests.support.moved_time import MovedTime


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> MovedTime:
    found = MovedTime()
    monkeypatch.setattr("common.heartbeat.time.monotonic", found)
    return found


@pytest.fixture
def store() -> Store:
    found = Store("redis://unused.invalid")
    found._servers = SingleServer(found.url)
    found._servers._local.client = fakeredis.FakeRedis()
    return found


def written(store: Store) -> int:
    return int(store.client.hlen("{ring}:heartbeats"))


def test_nobody_was_seen_yet(store: Store) -> None:
    assert heartbeat.seconds_since(store) == dict.fromkeys(PROCESSES)
    assert not heartbeat.alive(None)


def test_a_heartbeat_is_seen(store: Store, clock: MovedTime) -> None:
    Heartbeat(QueueName.SENDS).beat(store)
    seconds = heartbeat.seconds_since(store)
    assert seconds[CLOCK] is None and seconds[QueueName.SENDS] is not None and heartbeat.alive(seconds[QueueName.SENDS])


@pytest.mark.parametrize(("after", "times"), [(MIN_SECONDS_BETWEEN - 0.1, 0), (MIN_SECONDS_BETWEEN, 1)])
def test_it_is_written_no_more_often_than_said(store: Store, clock: MovedTime, after: float, times: int) -> None:
    heart = Heartbeat(QueueName.SENDS)
    heart.beat(store)
    store.client.flushall()
    clock.now += after
    heart.beat(store)
    assert written(store) == times


def test_a_store_that_is_away_is_tried_again_at_once(
    store: Store, clock: MovedTime, monkeypatch: pytest.MonkeyPatch
) -> None:
    heart = Heartbeat(CLOCK)

    def away(act: object) -> None:
        raise StoreUnavailable

    with monkeypatch.context() as patch:
        patch.setattr(store, "guard", away)
        heart.beat(store)
    heart.beat(store)
    assert written(store) == 1


@pytest.mark.parametrize(("seconds", "is_alive"), [(0, True), (DEAD_SECONDS, True), (DEAD_SECONDS + 1, False)])
def test_dead_after_a_while(seconds: int, is_alive: bool) -> None:
    assert heartbeat.alive(seconds) is is_alive
