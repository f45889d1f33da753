"""One product and its carrier for each module, on a clock that only the test moves; a fresh day at the carrier."""

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
    """At the telephones, too, time all but stands still: a slow machine changes no duration.

    Nobody is asked to press 1, so that a call is put through by picking up; who tests the asking says `Whisper=true`.
    """
    found = CallsHarness(stack, clock, numbers=4)
    found.set_for_this_test(Whisper="false")
    found.restore_fields()
    found.sim("POST", "/clock", speed=0.01)
    return found


@pytest.fixture(autouse=True)
def fresh_day(harness: CallsHarness) -> Iterator[None]:
    """Nobody is on the phone, nothing is broken; the Service is as it was made."""
    harness.sim("POST", "/reset")
    yield
    harness.restore_fields()


@pytest.fixture
def conversation(harness: CallsHarness) -> Conversation:
    return harness.open()
