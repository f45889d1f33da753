"""A product whose customers' apps are real servers; the courier runs when a test says so, on the test's clock."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from relay import jobs
from storage.store import connect
from tests.courier.customer import Customer
from tests.courier.receiver import Receiver
from tests.support.stack import Stack
from tests.webhooks.scene import Clock, Scene


@pytest.fixture(scope="module")
def clock() -> Clock:
    return Clock(int(time.time() * 1000))


@pytest.fixture(scope="module")
def stack(valkey_url: str, clock: Clock) -> Iterator[Stack]:
    connect(valkey_url).flushall()
    # Their rates are of the store's time, which stands still here.
    found = Stack(valkey_url, clock=clock, API_READS_PER_SECOND="0", API_WRITES_PER_SECOND="0")
    yield found
    found.stop()
    connect(valkey_url).flushall()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    found = Receiver()
    yield found
    found.stop()


@pytest.fixture(autouse=True)
def worker(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    """The jobs find the runtime of this stack."""
    monkeypatch.setattr(jobs, "runtime", lambda: stack.runtime)


@pytest.fixture
def customer(stack: Stack, clock: Clock, receiver: Receiver) -> Iterator[Customer]:
    """One with a Service of its own that nobody is told of yet."""
    found = Customer(Scene(stack, clock, numbers=4), receiver)
    yield found
    found.leave()
