"""Workers are killed between the parts of long texts, and within them: none lost, none doubled, each in its order."""

from __future__ import annotations

import random
import time
from typing import Any

import pytest

from carrier.text_parts import parts
from tests.outbox.messages.night import around
from tests.outbox.messages.test_killed import EDGES, PATIENCE, SEED, Crowd, disturb, judge, scene, stack, through, until
from tests.proxy.webhooks.scene import Scene, Talk
from tests.support.stack import Stack

__all__ = ["scene", "stack"]
# Slow: kills workers between the parts of long texts.
pytestmark = [pytest.mark.slow, pytest.mark.timeout(2 * PATIENCE)]
PAIRS, KILLED = 12, 0.02
Said = dict[str, tuple[Talk, list[Any]]]


def fill(scene: Scene) -> Said:
    """Of each pair: a long text, one of the app's own, the same long text again, and one of three equal parts."""
    found: Said = {}
    for n in range(PAIRS):
        talk = scene.open()
        long = "".join(f"{n:02d}{word:05d} " for word in range(450))
        said = [
            *relayed(scene, talk, long),
            *own(talk, "ok"),
            *relayed(scene, talk, long),
            *relayed(scene, talk, "x" * 4500),
        ]
        found[talk.bob] = talk, said
    return found


def relayed(scene: Scene, talk: Talk, body: str) -> list[tuple[str | None, str]]:
    scene.text(talk.alice, talk.alices, body)
    *first, last = parts(body)
    return [*((None, part) for part in first), (talk.session.interactions.list()[-1].sid, last)]


def own(talk: Talk, body: str) -> list[tuple[str | None, str]]:
    return [(talk.session.participants(talk.bob_sid).message_interactions.create(body=body).sid, body)]


def test_parts_are_neither_lost_nor_doubled_nor_out_of_order(stack: Stack, scene: Scene) -> None:
    print(f"seed {SEED}")
    far = around(int((time.time() + 12 * 3600) * 1000))
    assert scene.set(QuietHours=far, QuietHoursFor="all").status_code == 200
    sent = fill(scene)
    told = [{"service": scene.sid, "kill": dict.fromkeys(EDGES, KILLED), "seed": SEED + 1000 * n} for n in range(2)]
    crowd, spoil = Crowd(stack, told), disturb(scene, random.Random(SEED))

    def both() -> None:
        crowd.tend()
        spoil()

    crowd.start()
    try:
        until(lambda: through(scene), both)
    finally:
        crowd.end()
    assert sum(len(said) for _, said in sent.values()) == PAIRS * 10
    assert dict(judge(scene, sent)) == {}
    assert crowd.deaths >= 1
