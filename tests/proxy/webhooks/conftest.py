"""Each module has one product and one carrier; only the test moves their clock."""

from __future__ import annotations

import pytest

from tests.support.fixtures import clock, stack
from tests.support.stack import Stack
from tests.support.webhooks import Clock, WebhookHarness

__all__ = ["clock", "stack"]


@pytest.fixture(scope="module")
def harness(stack: Stack, clock: Clock) -> WebhookHarness:
    return WebhookHarness(stack, clock, numbers=4)
