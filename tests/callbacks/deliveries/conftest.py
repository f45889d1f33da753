"""A product whose customers' apps are real servers; callbacks run when a test starts it, on the test's clock."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from jobs import recurring
from tests.support.app_server import Receiver
from tests.support.deliveries import DeliveriesHarness
from tests.support.fixtures import clock, stack
from tests.support.stack import Stack
from tests.support.webhooks import Clock, WebhookHarness

__all__ = ["clock", "stack"]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    found = Receiver()
    yield found
    found.stop()


@pytest.fixture(autouse=True)
def worker(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes the jobs use the runtime of this stack."""
    monkeypatch.setattr(recurring, "runtime", lambda: stack.runtime)


@pytest.fixture
def harness(stack: Stack, clock: Clock, receiver: Receiver) -> Iterator[DeliveriesHarness]:
    """A harness with its own Service, which sends no callbacks or events yet."""
    found = DeliveriesHarness(WebhookHarness(stack, clock, numbers=4), receiver)
    yield found
    found.clean_up()
