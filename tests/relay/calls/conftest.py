"""One product and its carrier for each module, on a clock that only the test moves; each test resets the carrier."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.calls import CallsHarness
from tests.support.fixtures import clock, stack
from tests.support.stack import Stack
from tests.support.webhooks import Clock, Conversation

__all__ = ["clock", "stack"]


@pytest.fixture(scope="module")
def harness(stack: Stack, clock: Clock) -> CallsHarness:
    """The phones' time almost stands still too, so that a slow machine changes no duration.

    Nobody is asked to press 1: a call is connected when it is picked up. Tests of the question set `Whisper=true`.
    """
    found = CallsHarness(stack, clock, numbers=4)
    found.set_for_this_test(Whisper="false")
    found.restore_fields()
    found.sim("POST", "/clock", speed=0.01)
    return found


@pytest.fixture(autouse=True)
def fresh_day(harness: CallsHarness) -> Iterator[None]:
    """Each test starts without calls and faults, and with the Service's first settings."""
    harness.sim("POST", "/reset")
    yield
    harness.restore_fields()


@pytest.fixture
def conversation(harness: CallsHarness) -> Conversation:
    return harness.open()
