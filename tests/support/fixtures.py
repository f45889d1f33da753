"""One product and its carrier for each module, on a clock that only the test moves."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from storage.store import connect
from tests.support.stack import Stack
from tests.support.webhooks import Clock


@pytest.fixture(scope="module")
def clock() -> Clock:
    return Clock(int(time.time() * 1000))


@pytest.fixture(scope="module")
def stack(valkey_url: str, clock: Clock) -> Iterator[Stack]:
    connect(valkey_url).flushall()
    found = Stack(valkey_url, clock=clock)
    yield found
    found.stop()
    connect(valkey_url).flushall()
