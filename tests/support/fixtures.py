"""One product and its carrier for each module, on a clock that only the test moves."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from tests.support import stores
from tests.support.stack import Stack
from tests.support.webhooks import Clock


@pytest.fixture(scope="module")
def clock() -> Clock:
    return Clock(int(time.time() * 1000))


@pytest.fixture(scope="module")
def stack(valkey_url: str, clock: Clock) -> Iterator[Stack]:
    stores.empty(valkey_url)
    found = Stack(valkey_url, clock=clock)
    yield found
    found.stop()
    stores.empty(valkey_url)
