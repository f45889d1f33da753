"""One product and its carrier for each module, on a clock that only the test moves; an app for each test."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from storage.store import connect
from tests.asking.app import App
from tests.asking.service import configure
from tests.support.stack import Stack
from tests.webhooks.scene import Clock, Scene


@pytest.fixture(scope="module")
def clock() -> Clock:
    return Clock(int(time.time() * 1000))


@pytest.fixture(scope="module")
def stack(valkey_url: str, clock: Clock) -> Iterator[Stack]:
    connect(valkey_url).flushall()
    found = Stack(valkey_url, clock=clock, API_READS_PER_SECOND="0", API_WRITES_PER_SECOND="0")
    yield found
    found.stop()
    connect(valkey_url).flushall()


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
