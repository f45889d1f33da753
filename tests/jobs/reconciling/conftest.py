"""One stack with its carrier. A test runs the jobs itself, on its own clock, and has its own Service."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from jobs import recurring
from tests.support.fixtures import clock, stack
from tests.support.reconciling import ReconcilingHarness
from tests.support.stack import Stack
from tests.support.webhooks import Clock, WebhookHarness

__all__ = ["clock", "stack"]


@pytest.fixture
def harness(stack: Stack, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[ReconcilingHarness]:
    """The carrier's dates are real and in whole seconds, so each test begins shortly before the present time."""
    monkeypatch.setattr(recurring, "runtime", lambda: stack.runtime)
    clock.now = int(time.time() * 1000) - 2000
    found = ReconcilingHarness(WebhookHarness(stack, clock, numbers=4), clock)
    yield found
    found.clean_up()
