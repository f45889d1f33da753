"""One product and its carrier, on a clock that only the test moves, and an app that is told what happens."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from jobs import recurring
from tests.callbacks.deliveries.customer import Customer
from tests.callbacks.deliveries.receiver import Receiver
from tests.outbox.messages.office import Office
from tests.proxy.webhooks.scene import Clock, Scene
from tests.support.fixtures import clock, stack
from tests.support.stack import Stack

__all__ = ["clock", "stack"]


@pytest.fixture(scope="module")
def scene(stack: Stack, clock: Clock) -> Scene:
    return Scene(stack, clock, numbers=4)


@pytest.fixture
def office(scene: Scene, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    office = Office(scene, clock, monkeypatch)
    yield office
    office.leave()


@pytest.fixture
def customer(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> Iterator[Customer]:
    monkeypatch.setattr(recurring, "runtime", lambda: scene.stack.runtime)
    receiver = Receiver()
    customer = Customer(scene, receiver)
    yield customer
    customer.leave()
    receiver.stop()
