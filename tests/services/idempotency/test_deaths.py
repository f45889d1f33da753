"""What dies between a keyed request and its answer: the key is free again, and nothing is done twice."""

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

from common.sids import new
from proxy.app import create_app
from sessions import sessions
from storage.store import Store, StoreUnavailable
from tests.proxy.api.conftest import logged_in
from tests.proxy.webhooks.scene import Talk
from tests.services.idempotency.keyed import KEY, PARTICIPANTS, SESSIONS, Keyed, forms

# Slow: kills web processes in the middle of a creation.
pytestmark = pytest.mark.slow


ROOT = Path(__file__).parents[3]


#: A process that dies at a call of a function: before it, or after what it did.
DIES = """
import json, os, signal, sys
from importlib import import_module
from proxy.app import create_app
from common import config
from common.assembly import build
from tests.proxy.api.conftest import logged_in

where, when, path, key, form = json.loads(sys.argv[1])
module, _, name = where.rpartition(".")
owner = getattr(import_module(module.rpartition(".")[0]), module.rpartition(".")[2])
whole = getattr(owner, name)

def dies(*args, **more):
    if when == "after":
        whole(*args, **more)
    os.kill(os.getpid(), signal.SIGKILL)

setattr(owner, name, dies)
client = logged_in(create_app(build(config.load(os.environ))))
client.post(path, data=form, headers={"Idempotency-Key": key})
"""


def die(keyed: Keyed, where: str, when: str, path: str, key: str, form: Any) -> None:
    """It has no clock of the test's: ours goes with the store's own when it has died."""
    told = json.dumps([where, when, keyed.url(path), key, form])
    environ = {**os.environ, **keyed.stack.environment}
    done = subprocess.run([sys.executable, "-c", DIES, told], cwd=ROOT, env=environ, capture_output=True, timeout=60)
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
    keyed.clock.now = int(time.time() * 1000)


OPERATIONS = {
    "/Services": "services.services.create_service",
    SESSIONS: "sessions.sessions.open_session",
    PARTICIPANTS: "sessions.participants.add_participant",
    "/Services/{service}/PhoneNumbers": "pool.numbers.add_number",
}


@pytest.mark.parametrize("path", OPERATIONS)
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_process_that_died_frees_the_key_and_nothing_is_done_twice(keyed: Keyed, path: str, when: str) -> None:
    key, form = new(""), forms(keyed)[path]
    before = keyed.sids(path)
    die(keyed, OPERATIONS[path], when, path, key, form)
    made = keyed.sids(path)
    assert len(made) == len(before) + (when == "after")
    keyed.problem(keyed.send(path, key, form), 409, 20409)
    keyed.clock.advance(61)
    answer = keyed.send(path, key, form)
    assert answer.status_code == 201, answer.text
    assert len(keyed.sids(path)) == len(before) + 1
    assert {answer.get_json()["sid"]} == set(keyed.sids(path)) - set(before)
    assert keyed.send(path, key, form).data == answer.data


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_message_is_taken_once(keyed: Keyed, when: str) -> None:
    talk, key, form = keyed.scene.open(), new(""), {"Body": "your order is ready"}
    path = f"{SESSIONS}/{keyed.scene.session(talk)}/Participants/{talk.bob_sid}/MessageInteractions"
    die(keyed, "outbox.app_messages.send_message", when, path, key, form)
    assert len(keyed.sids(path)) == (when == "after")
    keyed.clock.advance(61)
    answer = keyed.send(path, key, form)
    assert answer.status_code in (200, 201), answer.text
    assert keyed.sids(path) == [answer.get_json()["sid"]]
    assert keyed.send(path, key, form).data == answer.data


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_call_is_never_placed_twice(keyed: Keyed, when: str) -> None:
    """Nobody can tell whether the phone rang, so it is not tried again: the caller is told where to look."""
    talk = keyed.scene.open()
    path, key = f"{SESSIONS}/{keyed.scene.session(talk)}/Calls", new("")
    die(keyed, "carrier.client.Carrier.place_call", when, path, key, {"Participant": talk.bob_sid})
    keyed.clock.advance(61)
    for _ in range(2):
        answer = keyed.send(path, key, {"Participant": talk.bob_sid})
        assert "Interactions" in keyed.problem(answer, 409, 20409)["message"]
        assert "Retry-After" not in answer.headers
    assert rung(keyed, talk) == (when == "after")


def rung(keyed: Keyed, talk: Talk) -> int:
    return sum(one["to"] == talk.bob and not one["parent_sid"] for one in keyed.scene.calls())


def test_a_call_asked_for_twice_rings_once(keyed: Keyed) -> None:
    talk = keyed.scene.open()
    path, key = f"{SESSIONS}/{keyed.scene.session(talk)}/Calls", new("")
    first, second = (keyed.send(path, key, {"Participant": talk.bob_sid}) for _ in range(2))
    assert (first.status_code, first.data) == (second.status_code, second.data)
    assert first.status_code == 201 and rung(keyed, talk) == 1


def failing(monkeypatch: pytest.MonkeyPatch, error: Exception, after: bool) -> None:
    whole = sessions.open_session

    def fail(*args: Any) -> Any:
        if after:
            whole(*args)
        raise error

    monkeypatch.setattr("sessions.sessions.open_session", fail)


def test_a_503_may_be_repeated_at_once(keyed: Keyed) -> None:
    """The reply was lost, the Session is there: the repetition finds it."""
    key, before = new(""), keyed.sids()
    with pytest.MonkeyPatch.context() as patch:
        failing(patch, StoreUnavailable("gone"), after=True)
        keyed.problem(keyed.send(SESSIONS, key), 503, 20503)
    answer = keyed.send(SESSIONS, key)
    assert answer.status_code == 201
    assert set(keyed.sids()) - set(before) == {answer.get_json()["sid"]}


def test_a_defect_of_ours_counts_as_a_death(keyed: Keyed) -> None:
    key, before = new(""), keyed.sids()
    with pytest.MonkeyPatch.context() as patch:
        failing(patch, KeyError("x"), after=True)
        keyed.problem(keyed.send(SESSIONS, key), 500, 20500)
    keyed.problem(keyed.send(SESSIONS, key), 409, 20409)
    keyed.clock.advance(60)
    assert keyed.send(SESSIONS, key).status_code == 201
    assert len(keyed.sids()) == len(before) + 1


def test_an_answer_that_cannot_be_kept_is_given_all_the_same(keyed: Keyed, monkeypatch: pytest.MonkeyPatch) -> None:
    whole, key = Store.account, new("")

    def lame(self: Store, script: str, account_sid: str, args: dict[str, Any]) -> Any:
        if script == "settle_request":
            raise StoreUnavailable("the store is full")
        return whole(self, script, account_sid, args)

    with monkeypatch.context() as patch:
        patch.setattr(Store, "account", lame)
        first = keyed.send(SESSIONS, key)
    assert first.status_code == 201
    keyed.clock.advance(60)
    assert keyed.send(SESSIONS, key).get_json()["sid"] == first.get_json()["sid"]


def test_without_the_store_nothing_is_done(keyed: Keyed, monkeypatch: pytest.MonkeyPatch) -> None:
    app, key = create_app(keyed.rt), new("")
    with monkeypatch.context() as patch:
        patch.setattr(keyed.rt, "store", Store("redis://127.0.0.1:1", keyed.clock))
        keyed.problem(logged_in(app).post(keyed.url(SESSIONS), headers={KEY: key}), 503, 20503)
    assert keyed.send(SESSIONS, key).status_code == 201
