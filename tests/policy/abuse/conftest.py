"""One stack with its carrier for each module, on a clock that only the test moves; two people for each test."""

from __future__ import annotations

import pytest

from policy import quotas
from tests.support.fixtures import clock, stack
from tests.support.stack import Stack
from tests.support.webhooks import Clock, Conversation, WebhookHarness

__all__ = ["clock", "stack"]


@pytest.fixture(scope="module")
def harness(stack: Stack, clock: Clock) -> WebhookHarness:
    return WebhookHarness(stack, clock, numbers=4)


@pytest.fixture
def conversation(harness: WebhookHarness) -> Conversation:
    return harness.open()


@pytest.fixture
def rates(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> dict[str, dict[str, int]]:
    """The rate limits of the process, which a test may change; they are restored after the test."""
    monkeypatch.setitem(stack.runtime._parts, quotas.rates, quotas.rates(stack.runtime))
    return stack.runtime.part(quotas.rates)
