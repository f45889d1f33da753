"""A product whose outbox works when a test says so, on the test's clock. Each test has a Service of its own."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest

from tests.outbox.messages.night import NIGHT, around, ms, quiet
from tests.outbox.messages.office import Office
from tests.proxy.webhooks.scene import Clock, Scene
from tests.support.fixtures import clock, stack
from tests.support.stack import Stack

__all__ = ["clock", "stack"]


@pytest.fixture
def office(stack: Stack, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    """The carrier's dates are real ones, so a test begins so long ago that it never comes to what is still to be."""
    clock.now = int(time.time() * 1000) - 3_600_000
    found = Office(Scene(stack, clock, numbers=4), clock, monkeypatch)
    yield found
    found.leave()


@pytest.fixture
def opens(stack: Stack, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], Office]]:
    """An office that opens at such a moment (UTC), in the past of the carrier's own clock."""
    found = list[Office]()

    def make(moment: str) -> Office:
        clock.now = ms(moment)
        office = Office(Scene(stack, clock, numbers=4), clock, monkeypatch)
        quiet(office)
        found.append(office)
        return office

    yield make
    for office in found:
        office.leave()


@pytest.fixture
def night(opens: Callable[[str], Office]) -> Office:
    return opens(NIGHT)


@pytest.fixture
def hall(office: Office) -> Office:
    """An office in which what people write to each other goes by the outbox, and the night is far."""
    quiet(office, around(office.clock.now + 12 * 3_600_000), QuietHoursFor="all")
    return office
