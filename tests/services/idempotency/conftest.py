"""One product for each module, in its own part of the store, on a clock that only the test moves."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from tests.services.idempotency.harness import IdempotencyHarness
from tests.support import stores
from tests.support.calls import CallsHarness
from tests.support.stack import Stack
from tests.support.webhooks import Clock

UNLIMITED = {"API_READS_PER_SECOND": "0", "API_WRITES_PER_SECOND": "0"}


@pytest.fixture(scope="module")
def calls(valkey_url: str) -> Iterator[CallsHarness]:
    clock = Clock(int(time.time() * 1000))
    stack = Stack(stores.database(valkey_url, 4), clock=clock, **UNLIMITED)
    yield CallsHarness(stack, clock, numbers=4)
    stack.stop()


@pytest.fixture
def harness(calls: CallsHarness) -> IdempotencyHarness:
    return IdempotencyHarness(calls)
