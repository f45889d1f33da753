"""One product and its carrier for each module, on a clock that only the test moves; two people for each test."""

from __future__ import annotations

import pytest

from policy import quotas
from tests.proxy.webhooks.scene import Clock, Scene, Talk
from tests.support.fixtures import clock, stack
from tests.support.stack import Stack

__all__ = ["clock", "stack"]


@pytest.fixture(scope="module")
def scene(stack: Stack, clock: Clock) -> Scene:
    return Scene(stack, clock, numbers=4)


@pytest.fixture
def talk(scene: Scene) -> Talk:
    return scene.open()


@pytest.fixture
def rates(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> dict[str, dict[str, int]]:
    """Those of the process; as they were again behind the test."""
    monkeypatch.setitem(stack.runtime._parts, quotas.rates, quotas.rates(stack.runtime))
    return stack.runtime.part(quotas.rates)
