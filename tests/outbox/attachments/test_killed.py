"""Workers are killed at every edge while pictures are on their way; what phones got is the judge."""

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
from tests.outbox.attachments.studio import LOST
from tests.outbox.messages.test_killed import Crowd, stack, until
from tests.proxy.webhooks.scene import Scene, Talk
from tests.support.stack import Stack

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
def scene(stack: Stack) -> Scene:
    return Scene(stack, numbers=4)


def test_nothing_is_lost_or_doubled_or_out_of_order(stack: Stack, scene: Scene) -> None:
    """Every second message has a file that cannot be cleaned; a text follows at the end."""
    print(f"seed {SEED}")
    talks = [scene.open() for _ in range(PAIRS)]
    for n in range(EACH):
        for talk in talks:
            snap(scene, talk, f"number {n}", whole=n % 2 == 0)
    for talk in talks:
        scene.text(talk.alice, talk.alices, "the end")
    crowd = Crowd(stack, [{"service": scene.sid, "kill": EDGES, "seed": SEED + 1000 * n} for n in range(2)])
    crowd.start()
    began = time.monotonic()
    try:
        until(lambda: over(scene), crowd.tend)
    finally:
        crowd.end()
    print(f"{crowd.deaths} kills, {time.monotonic() - began:.0f} s")
    assert scene.sim("GET", "/settle?timeout=60")["settled"]
    for talk in talks:
        judge(scene, talk)
    assert crowd.deaths >= 1


def over(scene: Scene) -> bool:
    client = scene.stack.runtime.store.client
    return not client.exists(keys.service("queued", scene.sid), keys.service("parked", scene.sid))


def snap(scene: Scene, talk: Talk, body: str, whole: bool) -> None:
    shots = [jpeg()] if whole else [jpeg(), b"no file of any kind"]
    media = [{"data": b64encode(shot).decode(), "content_type": "image/jpeg"} for shot in shots]
    fields: dict[str, Any] = {"from": talk.alice, "to": talk.alices, "body": body, "media": media}
    assert scene.sim("POST", "/text?wait=1", **fields)["settled"]


def judge(scene: Scene, talk: Talk) -> None:
    got = scene.sim("GET", f"/inbox/{talk.bob}")["messages"]
    assert [one["body"] for one in got] == [*(f"number {n}" for n in range(EACH)), "the end"]
    for one in got[:-1]:
        assert [media["status"] for media in one["media"]] == [200]
        url = f"{scene.stack.carrier.url}/sim/media/{one['media'][0]['sid']}"
        assert not leaks(requests.get(url, timeout=30).content, CANARY)
    told = [body for _, body in scene.inbox(talk.alice)]
    assert told == [LOST] * (EACH // 2)
