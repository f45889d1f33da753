"""Workers are killed while they hold messages until morning, and while they send them: none is lost or doubled."""

from __future__ import annotations

import random
import time

import pytest

from storage import keys
from tests.outbox.messages.test_killed import EDGES, PATIENCE, SEED, Crowd, fill, harness, judge, stack, until
from tests.support.quiet_hours import around
from tests.support.stack import Stack
from tests.support.webhooks import WebhookHarness

__all__ = ["harness", "stack"]
# Slow: plays a night and a morning in which workers are killed.
pytestmark = [pytest.mark.slow, pytest.mark.timeout(2 * PATIENCE)]
MESSAGES, PAIRS, KILLED = 60, 20, 0.03


def count(harness: WebhookHarness, *names: str) -> int:
    client = harness.stack.runtime.store.client
    return sum(int(client.zcard(keys.service(name, harness.sid))) for name in names)


def test_a_night_and_a_morning_of_kills(stack: Stack, harness: WebhookHarness) -> None:
    print(f"seed {SEED}")
    assert harness.set_fields(QuietHours=around(int(time.time() * 1000))).status_code == 200
    sent = fill(harness, MESSAGES, PAIRS)
    told = [{"service": harness.sid, "kill": dict.fromkeys(EDGES, KILLED), "seed": SEED + 1000 * n} for n in range(2)]
    crowd = Crowd(stack, told)
    crowd.start()
    try:
        until(lambda: count(harness, "held") == MESSAGES, crowd.tend)
        at_night, deaths = [harness.inbox(phone) for phone in sent], crowd.deaths
        assert harness.set_fields(QuietHours="").status_code == 200
        harness.sim("POST", "/faults", rules=disturbance(random.Random(SEED)))
        until(lambda: not count(harness, "held", "queued"), crowd.tend)
    finally:
        crowd.end()
    assert not any(at_night)
    assert (dict(judge(harness, sent)), count(harness, "parked")) == ({}, 0)
    assert deaths >= 1 and crowd.deaths > deaths


def disturbance(chance: random.Random) -> list[dict[str, object]]:
    found = ["accept-then-reset", "429", "reset"]
    chance.shuffle(found)
    return [{"on": "rest:messages", "do": do, "method": "POST", "count": 1} for do in found]
