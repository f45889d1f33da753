"""A product for each module, in a part of the store of its own, on a clock that only the test moves."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from tests.proxy.api.conftest import logged_in
from tests.proxy.webhooks.scene import Clock
from tests.relay.calls.stage import Stage
from tests.services.idempotency.keyed import SESSIONS, Keyed
from tests.support.stack import Stack

UNLIMITED = {"API_READS_PER_SECOND": "0", "API_WRITES_PER_SECOND": "0"}


@pytest.fixture(scope="module")
def stage(valkey_url: str) -> Iterator[Stage]:
    clock = Clock(int(time.time() * 1000))
    stack = Stack(f"{valkey_url.rsplit('/', 1)[0]}/4", clock=clock, **UNLIMITED)
    yield Stage(stack, clock, numbers=4)
    stack.stop()


@pytest.fixture
def keyed(stage: Stage) -> Keyed:
    """With a new Session."""
    found = Keyed(stage.stack.runtime, logged_in(stage.stack.app), stage.sid, "")
    found.session = found.post(SESSIONS).get_json()["sid"]
    found.clock, found.scene, found.stack = stage.time, stage, stage.stack
    return found
