"""Two web processes with one store: tests change things at the first, and ask the second, `other`, right after."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from math import inf
from typing import Any
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient

from common import config
from common.assembly import build
from common.runtime import Runtime
from proxy.app import create_app
from proxy.webhooks.refusal_counter import RefusalCounter
from storage.store import Store
from tests.support.fixtures import clock, stack
from tests.support.stack import ACCOUNT, TOKEN, Stack
from tests.support.webhooks import Clock, WebhookHarness, sign

__all__ = ["clock", "stack"]


class SecondProcess:
    """A second web process: another application that has already served requests, so it has the old state in memory."""

    def __init__(self, stack: Stack, clock: Clock) -> None:
        self.rt: Runtime = build(config.load(stack.environment), clock)
        # As in WebhookHarness: the counter of refusals never writes.
        self.rt.part(RefusalCounter).write_seconds = inf
        self._client: FlaskClient = create_app(self.rt).test_client()
        self._url = stack.url

    def api(self, method: str, path: str, user: str = ACCOUNT, password: str = TOKEN, **form: str) -> Any:
        login = base64.b64encode(f"{user}:{password}".encode()).decode()
        headers = {"Authorization": f"Basic {login}"}
        return self._client.open(f"/proxy/v1{path}", method=method, data=form or None, headers=headers)

    def webhook(self, url: str, form: Mapping[str, str], token: str = TOKEN) -> Any:
        headers = {"X-Twilio-Signature": sign(url, list(form.items()), token)}
        body, kind = urlencode(form), "application/x-www-form-urlencoded"
        return self._client.post(url.removeprefix(self._url), data=body, content_type=kind, headers=headers)


@pytest.fixture(scope="module")
def harness(stack: Stack, clock: Clock) -> WebhookHarness:
    return WebhookHarness(stack, clock, numbers=4)


@pytest.fixture(scope="module")
def other(stack: Stack, clock: Clock) -> SecondProcess:
    return SecondProcess(stack, clock)


@pytest.fixture
def trips(other: SecondProcess, monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[str]]:
    """What the other process asked the store since the last call: scripts by name, other commands as `-`."""
    asked: list[str] = []
    run, guard = Store.run, other.rt.store.guard
    inside: list[str] = []

    def noted(self: Store, script: str, tag_key: str, args: dict[str, Any]) -> Any:
        inside.append(script)
        try:
            return run(self, script, tag_key, args)
        finally:
            inside.pop()

    def counted(act: Callable[[], Any]) -> Any:
        asked.append(inside[-1] if inside else "-")
        return guard(act)

    monkeypatch.setattr(Store, "run", noted)
    monkeypatch.setattr(other.rt.store, "guard", counted)

    def since() -> list[str]:
        found = list(asked)
        asked.clear()
        return found

    return since
