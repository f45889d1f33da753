"""A product whose jobs for files and for the outbox run when a test starts them, on the test's clock."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from media.rules import Rules as FileRules
from media.rules import rules
from tests.outbox.attachments.harness import AttachmentsHarness
from tests.support.fixtures import clock, stack
from tests.support.stack import Stack
from tests.support.webhooks import Clock, WebhookHarness

__all__ = ["clock", "stack"]


@pytest.fixture
def harness(stack: Stack, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[AttachmentsHarness]:
    clock.now = int(time.time() * 1000) - 3_600_000
    stack.runtime.replace_part(rules, FileRules())
    client = stack.runtime.store.client
    for key in client.scan_iter("{ring}:file*"):
        client.delete(key)
    found = AttachmentsHarness(WebhookHarness(stack, clock, numbers=4), clock, monkeypatch)
    yield found
    found.clean_up()
