"""One stack with its carrier, and a harness that posts webhooks."""

from __future__ import annotations

import pytest

from tests.support.fixtures import clock, stack
from tests.support.stack import Stack
from tests.support.webhooks import WebhookHarness

__all__ = ["clock", "stack"]


@pytest.fixture(scope="module")
def harness(stack: Stack) -> WebhookHarness:
    return WebhookHarness(stack, numbers=2)
