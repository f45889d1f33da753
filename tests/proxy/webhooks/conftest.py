"""One product and its carrier for each module, on a clock that only the test moves."""

from __future__ import annotations

import pytest

from tests.proxy.webhooks.scene import Clock, Scene
from tests.support.fixtures import clock, stack
from tests.support.stack import Stack

__all__ = ["clock", "stack"]


@pytest.fixture(scope="module")
def scene(stack: Stack, clock: Clock) -> Scene:
    return Scene(stack, clock, numbers=4)
