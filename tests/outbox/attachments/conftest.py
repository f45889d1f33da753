"""A product whose jobs for files and outbox work when a test says so, on the test's clock."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from media.rules import Rules as FileRules
from media.rules import rules
from tests.outbox.attachments.studio import Studio
from tests.proxy.webhooks.scene import Clock, Scene
from tests.support.fixtures import clock, stack
from tests.support.stack import Stack

__all__ = ["clock", "stack"]


@pytest.fixture
def studio(stack: Stack, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Studio]:
    clock.now = int(time.time() * 1000) - 3_600_000
    stack.runtime.replace_part(rules, FileRules())
    client = stack.runtime.store.client
    for key in client.scan_iter("{ring}:file*"):
        client.delete(key)
    found = Studio(Scene(stack, clock, numbers=4), clock, monkeypatch)
    yield found
    found.leave()
