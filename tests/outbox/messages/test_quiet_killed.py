"""Workers are killed while they hold messages for the day, and while they send them: none lost, none doubled."""

from __future__ import annotations

import random
import time

import pytest

from storage import keys
from tests.outbox.messages.night import around
from tests.outbox.messages.test_killed import EDGES, PATIENCE, SEED, Crowd, fill, judge, scene, stack, until
from tests.proxy.webhooks.scene import Scene
from tests.support.stack import Stack

__all__ = ["scene", "stack"]
# Slow: plays a night and a morning in which workers are killed.
pytestmark = [pytest.mark.slow, pytest.mark.timeout(2 * PATIENCE)]
MESSAGES, PAIRS, KILLED = 60, 20, 0.03


def count(scene: Scene, *names: str) -> int:
    client = scene.stack.runtime.store.client
    return sum(int(client.zcard(keys.service(name, scene.sid))) for name in names)


def test_a_night_and_a_morning_of_kills(stack: Stack, scene: Scene) -> None:
    print(f"seed {SEED}")
    assert scene.set(QuietHours=around(int(time.time() * 1000))).status_code == 200
    sent = fill(scene, MESSAGES, PAIRS)
    told = [{"service": scene.sid, "kill": dict.fromkeys(EDGES, KILLED), "seed": SEED + 1000 * n} for n in range(2)]
    crowd = Crowd(stack, told)
    crowd.start()
    try:
        until(lambda: count(scene, "held") == MESSAGES, crowd.tend)
        at_night, deaths = [scene.inbox(phone) for phone in sent], crowd.deaths
        assert scene.set(QuietHours="").status_code == 200
        scene.sim("POST", "/faults", rules=disturbance(random.Random(SEED)))
        until(lambda: not count(scene, "held", "queued"), crowd.tend)
    finally:
        crowd.end()
    assert not any(at_night)
    assert (dict(judge(scene, sent)), count(scene, "parked")) == ({}, 0)
    assert deaths >= 1 and crowd.deaths > deaths


def disturbance(chance: random.Random) -> list[dict[str, object]]:
    found = ["accept-then-reset", "429", "reset"]
    chance.shuffle(found)
    return [{"on": "rest:messages", "do": do, "method": "POST", "count": 1} for do in found]
