"""A process dies between a request with a key and its answer: the key becomes free again, and nothing is done twice."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from common.runtime import Runtime
from common.sids import new
from common.steps import finish
from proxy.app import create_app
from sessions import opening
from storage.store import Store, StoreUnavailable
from tests.services.idempotency.harness import KEY, PARTICIPANTS, SESSIONS, IdempotencyHarness, forms
from tests.support.api import logged_in
from tests.support.webhooks import Conversation

# Slow: kills web processes in the middle of a creation.
pytestmark = pytest.mark.slow


ROOT = Path(__file__).parents[3]


#: The program of a process that dies at the call of a function: just before the call, or just after it.
DIES = """
import json, os, signal, sys
from collections.abc import Generator
from importlib import import_module
from common.steps import finish
from proxy.app import create_app
from common import config
from common.assembly import build
from tests.support.api import logged_in

where, when, path, key, form = json.loads(sys.argv[1])
module, _, name = where.rpartition(".")
owner = getattr(import_module(module.rpartition(".")[0]), module.rpartition(".")[2])
whole = getattr(owner, name)

def dies(*args, **more):
    if when == "after":
        done = whole(*args, **more)
        if isinstance(done, Generator):
            finish(args[0].store, done)
    os.kill(os.getpid(), signal.SIGKILL)

setattr(owner, name, dies)
client = logged_in(create_app(build(config.load(os.environ))))
client.post(path, data=form, headers={"Idempotency-Key": key})
"""


def die(harness: IdempotencyHarness, where: str, when: str, path: str, key: str, form: Any) -> None:
    """Sends a request in a process that dies. It uses the real time, and the test's clock is set to that."""
    told = json.dumps([where, when, harness.api.url(path), key, form])
    environ = {**os.environ, **harness.stack.environment}
    done = subprocess.run([sys.executable, "-c", DIES, told], cwd=ROOT, env=environ, capture_output=True, timeout=60)
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
    harness.clock.now = int(time.time() * 1000)


OPERATIONS = {
    "/Services": "services.services.create_service",
    SESSIONS: "sessions.opening.begin_session",
    PARTICIPANTS: "sessions.participants.add_participant",
    "/Services/{service}/PhoneNumbers": "pool.numbers.add_number",
}


@pytest.mark.parametrize("path", OPERATIONS)
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_process_that_died_frees_the_key_and_nothing_is_done_twice(
    harness: IdempotencyHarness, path: str, when: str
) -> None:
    key, form = new(""), forms(harness)[path]
    before = harness.sids(path)
    die(harness, OPERATIONS[path], when, path, key, form)
    made = harness.sids(path)
    assert len(made) == len(before) + (when == "after")
    harness.api.problem(harness.send(path, key, form), 409, 20409)
    harness.clock.advance(61)
    answer = harness.send(path, key, form)
    assert answer.status_code == 201, answer.text
    assert len(harness.sids(path)) == len(before) + 1
    assert {answer.get_json()["sid"]} == set(harness.sids(path)) - set(before)
    assert harness.send(path, key, form).data == answer.data


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_message_is_taken_once(harness: IdempotencyHarness, when: str) -> None:
    conversation, key, form = harness.calls.open(), new(""), {"Body": "your order is ready"}
    path = (
        f"{SESSIONS}/{harness.calls.session_sid(conversation)}/Participants/{conversation.bob_sid}/MessageInteractions"
    )
    die(harness, "outbox.app_messages.send_message", when, path, key, form)
    assert len(harness.sids(path)) == (when == "after")
    harness.clock.advance(61)
    answer = harness.send(path, key, form)
    assert answer.status_code in (200, 201), answer.text
    assert harness.sids(path) == [answer.get_json()["sid"]]
    assert harness.send(path, key, form).data == answer.data


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_call_is_never_placed_twice(harness: IdempotencyHarness, when: str) -> None:
    """We cannot know whether the phone rang, so the call is not placed again: the error says where to look."""
    conversation = harness.calls.open()
    path, key = f"{SESSIONS}/{harness.calls.session_sid(conversation)}/Calls", new("")
    die(harness, "carrier.client.Carrier.place_call", when, path, key, {"Participant": conversation.bob_sid})
    harness.clock.advance(61)
    for _ in range(2):
        answer = harness.send(path, key, {"Participant": conversation.bob_sid})
        assert "Interactions" in harness.api.problem(answer, 409, 20409)["message"]
        assert "Retry-After" not in answer.headers
    assert rung(harness, conversation) == (when == "after")


def rung(harness: IdempotencyHarness, conversation: Conversation) -> int:
    return sum(one["to"] == conversation.bob and not one["parent_sid"] for one in harness.calls.calls())


def test_a_call_asked_for_twice_rings_once(harness: IdempotencyHarness) -> None:
    conversation = harness.calls.open()
    path, key = f"{SESSIONS}/{harness.calls.session_sid(conversation)}/Calls", new("")
    first, second = (harness.send(path, key, {"Participant": conversation.bob_sid}) for _ in range(2))
    assert (first.status_code, first.data) == (second.status_code, second.data)
    assert first.status_code == 201 and rung(harness, conversation) == 1


def failing(monkeypatch: pytest.MonkeyPatch, error: Exception, after: bool) -> None:
    whole = opening.begin_session

    def fail(rt: Runtime, *args: Any) -> Any:
        if after:
            finish(rt.store, whole(rt, *args))
        raise error

    monkeypatch.setattr("sessions.opening.begin_session", fail)


def test_a_503_may_be_repeated_at_once(harness: IdempotencyHarness) -> None:
    """The store's reply was lost but the Session was created: the repeated request returns that Session."""
    key, before = new(""), harness.sids()
    with pytest.MonkeyPatch.context() as patch:
        failing(patch, StoreUnavailable("gone"), after=True)
        harness.api.problem(harness.send(SESSIONS, key), 503, 20503)
    answer = harness.send(SESSIONS, key)
    assert answer.status_code == 201
    assert set(harness.sids()) - set(before) == {answer.get_json()["sid"]}


def test_a_defect_of_ours_counts_as_a_death(harness: IdempotencyHarness) -> None:
    key, before = new(""), harness.sids()
    with pytest.MonkeyPatch.context() as patch:
        failing(patch, KeyError("x"), after=True)
        harness.api.problem(harness.send(SESSIONS, key), 500, 20500)
    harness.api.problem(harness.send(SESSIONS, key), 409, 20409)
    harness.clock.advance(60)
    assert harness.send(SESSIONS, key).status_code == 201
    assert len(harness.sids()) == len(before) + 1


def test_an_answer_that_cannot_be_kept_is_given_all_the_same(
    harness: IdempotencyHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, key = Store.account, new("")

    def lame(self: Store, script: str, account_sid: str, args: dict[str, Any]) -> Any:
        if script == "settle_request":
            raise StoreUnavailable("the store is full")
        return whole(self, script, account_sid, args)

    with monkeypatch.context() as patch:
        patch.setattr(Store, "account", lame)
        first = harness.send(SESSIONS, key)
    assert first.status_code == 201
    harness.clock.advance(60)
    assert harness.send(SESSIONS, key).get_json()["sid"] == first.get_json()["sid"]


def test_without_the_store_nothing_is_done(harness: IdempotencyHarness, monkeypatch: pytest.MonkeyPatch) -> None:
    app, key = create_app(harness.api.rt), new("")
    with monkeypatch.context() as patch:
        patch.setattr(harness.api.rt, "store", Store("redis://127.0.0.1:1", harness.clock))
        harness.api.problem(logged_in(app).post(harness.api.url(SESSIONS), headers={KEY: key}), 503, 20503)
    assert harness.send(SESSIONS, key).status_code == 201
