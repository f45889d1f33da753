"""One product and its carrier for each module, on a clock that only the test moves; a fresh day at the carrier."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.proxy.webhooks.scene import Clock, Talk
from tests.relay.calls.stage import Stage
from tests.support.fixtures import clock, stack
from tests.support.stack import Stack

__all__ = ["clock", "stack"]


@pytest.fixture(scope="module")
def scene(stack: Stack, clock: Clock) -> Stage:
    """At the telephones, too, time all but stands still: a slow machine changes no duration.

    Nobody is asked to press 1, so that a call is put through by picking up; who tests the asking says `Whisper=true`.
    """
    found = Stage(stack, clock, numbers=4)
    found.arrange(Whisper="false")
    found.restore()
    found.sim("POST", "/clock", speed=0.01)
    return found


@pytest.fixture(autouse=True)
def fresh_day(scene: Stage) -> Iterator[None]:
    """Nobody is on the phone, nothing is broken; the Service is as it was made."""
    scene.sim("POST", "/reset")
    yield
    scene.restore()


@pytest.fixture
def talk(scene: Stage) -> Talk:
    return scene.open()
