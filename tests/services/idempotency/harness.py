"""A client that sends Idempotency-Keys, and one creation of each kind."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from common.sids import new
from sessions import opening
from tests.support.api import Api, logged_in
from tests.support.calls import CallsHarness

SESSIONS = "/Services/{service}/Sessions"
PARTICIPANTS = SESSIONS + "/{session}/Participants"
KEY = "Idempotency-Key"
PERSON = '{{"Identifier": "{}"}}'


class IdempotencyHarness:
    """A client of the API that sends keys, on the test's clock, with a new Session. `calls` plays the phones."""

    def __init__(self, calls: CallsHarness) -> None:
        self.calls, self.clock, self.stack = calls, calls.time, calls.stack
        self.api = Api(calls.stack.runtime, logged_in(calls.stack.app), calls.sid, "")
        self.api.session = self.api.post(SESSIONS).get_json()["sid"]

    def send(self, path: str, key: str, form: Any = None) -> Any:
        return self.api.client.post(self.api.url(path), data=form, headers={KEY: key})

    def sids(self, path: str = SESSIONS) -> list[str]:
        listed = self.api.get(path, PageSize=100).get_json()
        return [one["sid"] for name, found in listed.items() if name != "meta" for one in found]


def forms(harness: IdempotencyHarness) -> dict[str, dict[str, Any]]:
    """Path -> form of one creation of each kind."""
    people = [PERSON.format(harness.calls.new_person()) for _ in range(2)]
    return {
        "/Services": {"UniqueName": new("once-")},
        SESSIONS: {"UniqueName": new("once-"), "Participants": people},
        PARTICIPANTS: {"Identifier": harness.calls.new_person()},
        "/Services/{service}/PhoneNumbers": {"PhoneNumber": harness.calls.new_number()},
    }


def held(monkeypatch: pytest.MonkeyPatch) -> tuple[threading.Event, threading.Event]:
    """Creations of Sessions wait until the second event is set. The first event is set as soon as a creation waits."""
    inside, go = threading.Event(), threading.Event()
    whole = opening.begin_session

    def slow(*args: Any) -> Any:
        inside.set()
        assert go.wait(30)
        return whole(*args)

    monkeypatch.setattr("sessions.opening.begin_session", slow)
    return inside, go
