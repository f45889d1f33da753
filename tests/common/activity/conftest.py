"""One stack with its carrier, on a clock that only the test moves, and an app that gets the webhooks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from jobs import recurring
from tests.support.app_server import Receiver
from tests.support.deliveries import DeliveriesHarness
from tests.support.fixtures import clock, stack
from tests.support.outbox import OutboxHarness
from tests.support.stack import Stack
from tests.support.webhooks import Clock, WebhookHarness

__all__ = ["clock", "stack"]


@pytest.fixture(scope="module")
def webhooks(stack: Stack, clock: Clock) -> WebhookHarness:
    return WebhookHarness(stack, clock, numbers=4)


@pytest.fixture
def outbox(webhooks: WebhookHarness, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[OutboxHarness]:
    outbox = OutboxHarness(webhooks, clock, monkeypatch)
    yield outbox
    outbox.clean_up()


@pytest.fixture
def deliveries(webhooks: WebhookHarness, monkeypatch: pytest.MonkeyPatch) -> Iterator[DeliveriesHarness]:
    monkeypatch.setattr(recurring, "runtime", lambda: webhooks.stack.runtime)
    receiver = Receiver()
    deliveries = DeliveriesHarness(webhooks, receiver)
    yield deliveries
    deliveries.clean_up()
    receiver.stop()
