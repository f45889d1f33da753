"""A client that sends Idempotency-Keys, and the creations that heed them."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from common.sids import new
from sessions import sessions
from tests.proxy.api.conftest import Api
from tests.proxy.webhooks.scene import Clock
from tests.relay.calls.stage import Stage
from tests.support.stack import Stack

SESSIONS = "/Services/{service}/Sessions"
PARTICIPANTS = SESSIONS + "/{session}/Participants"
KEY = "Idempotency-Key"
PERSON = '{{"Identifier": "{}"}}'


class Keyed(Api):
    """An Api on a clock of the test's, with telephones."""

    clock: Clock
    scene: Stage
    stack: Stack

    def send(self, path: str, key: str, form: Any = None) -> Any:
        return self.client.post(self.url(path), data=form, headers={KEY: key})

    def sids(self, path: str = SESSIONS) -> list[str]:
        listed = self.get(path, PageSize=100).get_json()
        return [one["sid"] for name, found in listed.items() if name != "meta" for one in found]


def forms(keyed: Keyed) -> dict[str, dict[str, Any]]:
    """One creation of each kind."""
    people = [PERSON.format(keyed.scene.person()) for _ in range(2)]
    return {
        "/Services": {"UniqueName": new("once-")},
        SESSIONS: {"UniqueName": new("once-"), "Participants": people},
        PARTICIPANTS: {"Identifier": keyed.scene.person()},
        "/Services/{service}/PhoneNumbers": {"PhoneNumber": keyed.scene.number()},
    }


def held(monkeypatch: pytest.MonkeyPatch) -> tuple[threading.Event, threading.Event]:
    """Creations wait until the second is set, and then are made; the first says that one waits."""
    inside, go = threading.Event(), threading.Event()
    whole = sessions.open_session

    def slow(*args: Any) -> Any:
        inside.set()
        assert go.wait(30)
        return whole(*args)

    monkeypatch.setattr("sessions.sessions.open_session", slow)
    return inside, go
