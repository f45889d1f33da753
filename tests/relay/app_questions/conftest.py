"""One product and its carrier for each module, on a clock that only the test moves; an app for each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.proxy.webhooks.scene import Clock, Scene
from tests.relay.app_questions.app import App
from tests.relay.app_questions.service import configure
from tests.support.fixtures import clock, stack
from tests.support.stack import Stack

__all__ = ["clock", "stack"]


@pytest.fixture(scope="module")
def scene(stack: Stack, clock: Clock) -> Scene:
    return Scene(stack, clock, numbers=4)


@pytest.fixture
def app() -> Iterator[App]:
    found = App()
    yield found
    found.stop()


@pytest.fixture
def intercept(scene: Scene, app: App) -> Iterator[App]:
    """Asked before anything passes."""
    configure(scene, InterceptCallbackUrl=f"{app.url}/intercept")
    yield app
    plain(scene)


@pytest.fixture
def stranger(scene: Scene, app: App) -> Iterator[App]:
    """Asked about what leads nowhere."""
    configure(scene, OutOfSessionCallbackUrl=f"{app.url}/hooks/lost")
    yield app
    plain(scene)


def plain(scene: Scene) -> None:
    configure(
        scene,
        InterceptCallbackUrl="",
        OutOfSessionCallbackUrl="",
        OnInterceptFailure="continue",
        InterceptTimeout="2.5",
    )
