"""A product whose outbox runs when a test starts it, on the test's clock. Each test has its own Service."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest

from tests.support.fixtures import clock, stack
from tests.support.outbox import OutboxHarness
from tests.support.quiet_hours import NIGHT, around, ms, quiet
from tests.support.stack import Stack
from tests.support.webhooks import Clock, WebhookHarness

__all__ = ["clock", "stack"]


@pytest.fixture
def harness(stack: Stack, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[OutboxHarness]:
    """The carrier's dates are real, so the test's clock starts an hour in the past and does not reach the future."""
    clock.now = int(time.time() * 1000) - 3_600_000
    found = OutboxHarness(WebhookHarness(stack, clock, numbers=4), clock, monkeypatch)
    yield found
    found.clean_up()


@pytest.fixture
def opens(stack: Stack, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], OutboxHarness]]:
    """Makes a harness with quiet hours whose clock starts at the given moment (UTC), before the carrier's own clock."""
    found = list[OutboxHarness]()

    def make(moment: str) -> OutboxHarness:
        clock.now = ms(moment)
        harness = OutboxHarness(WebhookHarness(stack, clock, numbers=4), clock, monkeypatch)
        quiet(harness)
        found.append(harness)
        return harness

    yield make
    for harness in found:
        harness.clean_up()


@pytest.fixture
def night(opens: Callable[[str], OutboxHarness]) -> OutboxHarness:
    return opens(NIGHT)


@pytest.fixture
def relaying_outbox(harness: OutboxHarness) -> OutboxHarness:
    """A harness in which people's messages to each other go through the outbox, and quiet hours are half a day away."""
    quiet(harness, around(harness.clock.now + 12 * 3_600_000), QuietHoursFor="all")
    return harness
