"""One product and its carrier for each module, on a clock that only the test moves; an app for each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.relay.app_questions.service import configure
from tests.support.answering_app import App
from tests.support.fixtures import clock, stack
from tests.support.stack import Stack
from tests.support.webhooks import Clock, WebhookHarness

__all__ = ["clock", "stack"]


@pytest.fixture(scope="module")
def harness(stack: Stack, clock: Clock) -> WebhookHarness:
    return WebhookHarness(stack, clock, numbers=4)


@pytest.fixture
def app() -> Iterator[App]:
    found = App()
    yield found
    found.stop()


@pytest.fixture
def intercept(harness: WebhookHarness, app: App) -> Iterator[App]:
    """The app, set as the Service's intercept URL: it is asked before a message or call passes."""
    configure(harness, InterceptCallbackUrl=f"{app.url}/intercept")
    yield app
    plain(harness)


@pytest.fixture
def stranger(harness: WebhookHarness, app: App) -> Iterator[App]:
    """The app, set as the Service's out-of-session URL: it is asked about messages and calls of no Session."""
    configure(harness, OutOfSessionCallbackUrl=f"{app.url}/hooks/lost")
    yield app
    plain(harness)


def plain(harness: WebhookHarness) -> None:
    configure(
        harness,
        InterceptCallbackUrl="",
        OutOfSessionCallbackUrl="",
        OnInterceptFailure="continue",
        InterceptTimeout="2.5",
    )
