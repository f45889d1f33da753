"""A product whose customers' apps are real servers; the courier runs when a test says so, on the test's clock."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from jobs import recurring
from tests.callbacks.deliveries.customer import Customer
from tests.callbacks.deliveries.receiver import Receiver
from tests.proxy.webhooks.scene import Clock, Scene
from tests.support.fixtures import clock, stack
from tests.support.stack import Stack

__all__ = ["clock", "stack"]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    found = Receiver()
    yield found
    found.stop()


@pytest.fixture(autouse=True)
def worker(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    """The jobs find the runtime of this stack."""
    monkeypatch.setattr(recurring, "runtime", lambda: stack.runtime)


@pytest.fixture
def customer(stack: Stack, clock: Clock, receiver: Receiver) -> Iterator[Customer]:
    """One with a Service of its own that nobody is told of yet."""
    found = Customer(Scene(stack, clock, numbers=4), receiver)
    yield found
    found.leave()
