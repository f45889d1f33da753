"""Workers are killed between and within the parts of long texts: no part is lost, doubled or out of order."""

from __future__ import annotations

import random
import time
from typing import Any

import pytest

from carrier.text_parts import parts
from tests.outbox.messages.test_killed import (
    EDGES,
    PATIENCE,
    SEED,
    Crowd,
    disturb,
    harness,
    judge,
    stack,
    through,
    until,
)
from tests.support.quiet_hours import around
from tests.support.stack import Stack
from tests.support.webhooks import Conversation, WebhookHarness

__all__ = ["harness", "stack"]
# Slow: kills workers between the parts of long texts.
pytestmark = [pytest.mark.slow, pytest.mark.timeout(2 * PATIENCE)]
PAIRS, KILLED = 12, 0.02
Said = dict[str, tuple[Conversation, list[Any]]]


def fill(harness: WebhookHarness) -> Said:
    """Sends for each pair: a long text, the app's own message, the long text again, and a text of three equal parts."""
    found: Said = {}
    for n in range(PAIRS):
        conversation = harness.open()
        long = "".join(f"{n:02d}{word:05d} " for word in range(450))
        said = [
            *relayed(harness, conversation, long),
            *own(conversation, "ok"),
            *relayed(harness, conversation, long),
            *relayed(harness, conversation, "x" * 4500),
        ]
        found[conversation.bob] = conversation, said
    return found


def relayed(harness: WebhookHarness, conversation: Conversation, body: str) -> list[tuple[str | None, str]]:
    harness.text(conversation.alice, conversation.alices, body)
    *first, last = parts(body)
    return [*((None, part) for part in first), (conversation.session.interactions.list()[-1].sid, last)]


def own(conversation: Conversation, body: str) -> list[tuple[str | None, str]]:
    return [(conversation.session.participants(conversation.bob_sid).message_interactions.create(body=body).sid, body)]


def test_parts_are_neither_lost_nor_doubled_nor_out_of_order(stack: Stack, harness: WebhookHarness) -> None:
    print(f"seed {SEED}")
    far = around(int((time.time() + 12 * 3600) * 1000))
    assert harness.set_fields(QuietHours=far, QuietHoursFor="all").status_code == 200
    sent = fill(harness)
    told = [{"service": harness.sid, "kill": dict.fromkeys(EDGES, KILLED), "seed": SEED + 1000 * n} for n in range(2)]
    crowd, spoil = Crowd(stack, told), disturb(harness, random.Random(SEED))

    def both() -> None:
        crowd.tend()
        spoil()

    crowd.start()
    try:
        until(lambda: through(harness), both)
    finally:
        crowd.end()
    assert sum(len(said) for _, said in sent.values()) == PAIRS * 10
    assert dict(judge(harness, sent)) == {}
    assert crowd.deaths >= 1
