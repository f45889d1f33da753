"""Workers are killed at every step while they send pictures; the test checks what the phones received."""

from __future__ import annotations

import os
import random
import time
from base64 import b64encode
from typing import Any

import pytest
import requests

from storage import keys
from tests.media.cleaning.samples import CANARY, jpeg, leaks
from tests.outbox.attachments.harness import LOST
from tests.outbox.messages.test_killed import Crowd, stack, until
from tests.support.stack import Stack
from tests.support.webhooks import Conversation, WebhookHarness

__all__ = ["stack"]

PAIRS, EACH = 4, 4
EDGES = {
    "files_claimed": 0.04, "file_fetched": 0.04, "file_kept": 0.04, "before_files_settle": 0.06, "after_claim": 0.03,
    "before_post": 0.03, "after_post": 0.03, "before_settle": 0.03,
}  # fmt: skip
SEED = int(os.environ.get("MASKLINE_KILL_SEED") or random.randrange(10**6))
# Slow: kills workers at every step, and waits until their claims end.
pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]


@pytest.fixture
def harness(stack: Stack) -> WebhookHarness:
    return WebhookHarness(stack, numbers=4)


def test_nothing_is_lost_or_doubled_or_out_of_order(stack: Stack, harness: WebhookHarness) -> None:
    """Every second message has a file that cannot be cleaned; a text follows at the end."""
    print(f"seed {SEED}")
    conversations = [harness.open() for _ in range(PAIRS)]
    for n in range(EACH):
        for conversation in conversations:
            snap(harness, conversation, f"number {n}", whole=n % 2 == 0)
    for conversation in conversations:
        harness.text(conversation.alice, conversation.alices, "the end")
    crowd = Crowd(stack, [{"service": harness.sid, "kill": EDGES, "seed": SEED + 1000 * n} for n in range(2)])
    crowd.start()
    began = time.monotonic()
    try:
        until(lambda: over(harness), crowd.tend)
    finally:
        crowd.end()
    print(f"{crowd.deaths} kills, {time.monotonic() - began:.0f} s")
    assert harness.sim("GET", "/settle?timeout=60")["settled"]
    for conversation in conversations:
        judge(harness, conversation)
    assert crowd.deaths >= 1


def over(harness: WebhookHarness) -> bool:
    client = harness.stack.runtime.store.client
    return not client.exists(keys.service("queued", harness.sid), keys.service("parked", harness.sid))


def snap(harness: WebhookHarness, conversation: Conversation, body: str, whole: bool) -> None:
    shots = [jpeg()] if whole else [jpeg(), b"no file of any kind"]
    media = [{"data": b64encode(shot).decode(), "content_type": "image/jpeg"} for shot in shots]
    fields: dict[str, Any] = {"from": conversation.alice, "to": conversation.alices, "body": body, "media": media}
    assert harness.sim("POST", "/text?wait=1", **fields)["settled"]


def judge(harness: WebhookHarness, conversation: Conversation) -> None:
    got = harness.sim("GET", f"/inbox/{conversation.bob}")["messages"]
    assert [one["body"] for one in got] == [*(f"number {n}" for n in range(EACH)), "the end"]
    for one in got[:-1]:
        assert [media["status"] for media in one["media"]] == [200]
        url = f"{harness.stack.carrier.url}/sim/media/{one['media'][0]['sid']}"
        assert not leaks(requests.get(url, timeout=30).content, CANARY)
    told = [body for _, body in harness.inbox(conversation.alice)]
    assert told == [LOST] * (EACH // 2)
