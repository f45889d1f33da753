"""A product whose outbox works when a test says so, on the test's clock. Each test has a Service of its own."""

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
    """The carrier's dates are real ones, so a test begins so long ago that it never comes to what is still to be."""
    clock.now = int(time.time() * 1000) - 3_600_000
    found = OutboxHarness(WebhookHarness(stack, clock, numbers=4), clock, monkeypatch)
    yield found
    found.clean_up()


@pytest.fixture
def opens(stack: Stack, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], OutboxHarness]]:
    """An office that opens at such a moment (UTC), in the past of the carrier's own clock."""
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
    """An office in which what people write to each other goes by the outbox, and the night is far."""
    quiet(harness, around(harness.clock.now + 12 * 3_600_000), QuietHoursFor="all")
    return harness
