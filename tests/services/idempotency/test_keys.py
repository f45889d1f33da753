"""Idempotency-Key: done once, same answer each time; keys are not shared, and nothing is stored as plain text."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import count
from threading import Event, Semaphore
from typing import Any

import pytest

from common import sids
from common.sids import new
from services.accounts import add_account
from services.api_keys import add_key
from sessions import opening
from storage import keys
from storage.store import StoreUnavailable
from tests.privacy import at_rest
from tests.privacy.spellings import Search
from tests.services.idempotency.harness import KEY, PARTICIPANTS, PERSON, SESSIONS, IdempotencyHarness, forms, held
from tests.support.api import logged_in
from tests.support.stack import ACCOUNT


def test_what_is_created_twice_is_created_once(harness: IdempotencyHarness) -> None:
    for path, form in forms(harness).items():
        key = new("")
        first, second = harness.send(path, key, form), harness.send(path, key, form)
        assert first.status_code == second.status_code == 201, first.text
        assert (first.data, first.mimetype) == (second.data, second.mimetype)
        assert "Idempotent-Replayed" not in first.headers
        assert second.headers["Idempotent-Replayed"] == "true"
        assert second.headers["Cache-Control"] == "no-store"
        assert harness.sids(path).count(first.get_json()["sid"]) == 1


def test_another_key_is_another_creation(harness: IdempotencyHarness) -> None:
    made = {harness.send(SESSIONS, key).get_json()["sid"] for key in (new(""), new(""), "~", "!" * 255)}
    assert len(made) == 4 and made < set(harness.sids())


@pytest.mark.parametrize("key", ["", " ", "a b", "é", "x" * 256, "a\tb", "\x7f"])
def test_a_key_that_is_none(harness: IdempotencyHarness, key: str) -> None:
    before = harness.sids()
    problem = harness.api.problem(harness.send(SESSIONS, key), 400, 20001)
    assert problem["message"].startswith(KEY)
    assert harness.sids() == before


@pytest.mark.parametrize("other", ["body", "path"])
def test_a_key_that_comes_with_something_else(harness: IdempotencyHarness, other: str) -> None:
    key, name = new(""), new("once-")
    assert harness.send(SESSIONS, key, {"UniqueName": name}).status_code == 201
    before = harness.sids()
    path = SESSIONS.replace("Sessions", "PhoneNumbers") if other == "path" else SESSIONS
    form = {"UniqueName": name if other == "path" else new("once-")}
    for _ in range(2):
        harness.api.problem(harness.send(path, key, form), 422, 20422)
    assert harness.sids() == before
    assert harness.send(SESSIONS, key, {"UniqueName": name}).status_code == 201


def test_a_refusal_of_the_operation_stays(harness: IdempotencyHarness) -> None:
    """The key repeats the refusal, although the operation itself would succeed now."""
    key, form = new(""), {"UniqueName": new("taken-")}
    taken = harness.api.post(SESSIONS, form).get_json()["sid"]
    first = harness.send(SESSIONS, key, form)
    harness.api.problem(first, 400, 80603)
    assert harness.api.client.delete(harness.api.url(f"{SESSIONS}/{taken}")).status_code == 204
    again = harness.send(SESSIONS, key, form)
    assert (again.status_code, again.data) == (400, first.data)
    assert harness.send(SESSIONS, new(""), form).status_code == 201


def test_what_was_never_read_uses_no_key_up(harness: IdempotencyHarness) -> None:
    app, key = harness.stack.app, new("")
    reader = logged_in(app, *add_key(harness.api.rt, ACCOUNT, "read-only", "of a test"))
    for client, status, more in (
        (logged_in(app, ACCOUNT, "guessed it"), 401, {}),
        (reader, 403, {}),
        (harness.api.client, 415, {"content_type": "text/plain", "data": "a"}),
        (harness.api.client, 413, {"data": b"x" * 70_000}),
    ):
        answer = client.post(harness.api.url(SESSIONS), headers={KEY: key}, **more)
        assert answer.status_code == status
    assert reader.get(harness.api.url(SESSIONS), headers={KEY: key}).status_code == 200
    assert harness.send(SESSIONS, key).status_code == 201


def test_only_creations_heed_it(harness: IdempotencyHarness) -> None:
    """Updates, reads and deletions with the same key are done again, and even a malformed key is accepted."""
    path = SESSIONS + "/{session}"
    for ttl in ("60", "61"):
        assert harness.send(path, "a key", {"Ttl": ttl}).get_json()["ttl"] == int(ttl)
    assert harness.api.client.get(harness.api.url(path), headers={KEY: "a key"}).get_json()["ttl"] == 61
    assert harness.api.client.delete(harness.api.url(path), headers={KEY: "a key"}).status_code == 204


def test_it_ends_after_a_day(harness: IdempotencyHarness) -> None:
    key = new("")
    first = harness.send(SESSIONS, key).get_json()["sid"]
    harness.clock.advance(86_399)
    assert harness.send(SESSIONS, key).get_json()["sid"] == first
    harness.clock.advance(1)
    assert harness.send(SESSIONS, key).get_json()["sid"] != first


def test_another_account_has_keys_of_its_own(harness: IdempotencyHarness) -> None:
    other, key, form = new("AC"), new(""), {"UniqueName": new("both-")}
    add_account(harness.api.rt, other, "another-token-0123456789", other, "another-token-0123456789")
    theirs = logged_in(harness.stack.app, other, "another-token-0123456789")
    mine = harness.send("/Services", key, form).get_json()
    found = theirs.post(harness.api.url("/Services"), data=form, headers={KEY: key})
    assert (found.status_code, found.get_json()["account_sid"]) == (201, other)
    assert found.get_json()["sid"] != mine["sid"]
    path = SESSIONS.format(service=mine["sid"])
    assert harness.send(path, new("")).status_code == 201
    assert theirs.post(harness.api.url(path), headers={KEY: key}).status_code == 422


def test_while_the_first_is_at_work_the_second_is_409(
    harness: IdempotencyHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside, go = held(monkeypatch)
    key, before = new(""), harness.sids()
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(harness.send, SESSIONS, key)
        assert inside.wait(30)
        second = harness.send(SESSIONS, key)
        go.set()
    harness.api.problem(second, 409, 20409)
    assert int(second.headers["Retry-After"]) >= 1
    assert harness.send(SESSIONS, key).data == first.result().data
    assert len(harness.sids()) == len(before) + 1


def test_many_at_once(harness: IdempotencyHarness) -> None:
    for _ in range(5):
        key, before = new(""), harness.sids()
        form = {"Participants": [PERSON.format(harness.calls.new_person())]}
        with ThreadPoolExecutor(16) as pool:
            asked = [pool.submit(harness.send, SESSIONS, key, form) for _ in range(16)]
        got = [one.result() for one in asked]
        assert {answer.status_code for answer in got} <= {201, 409}
        assert len({answer.data for answer in got if answer.status_code == 201}) == 1
        assert len(harness.sids()) == len(before) + 1


def test_a_slow_one_does_not_free_the_key_of_who_took_over(
    harness: IdempotencyHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside, gates, whole, turns = Semaphore(0), (Event(), Event()), opening.begin_session, count()

    def slow(*args: Any) -> Any:
        turn = next(turns)
        inside.release()
        assert gates[turn].wait(30)
        if turn == 0:
            raise StoreUnavailable("gone")
        return whole(*args)

    monkeypatch.setattr("sessions.opening.begin_session", slow)
    key, before = new(""), harness.sids()
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(harness.send, SESSIONS, key)
        assert inside.acquire(timeout=30)
        harness.clock.advance(61)
        second = pool.submit(harness.send, SESSIONS, key)
        assert inside.acquire(timeout=30)
        gates[0].set()
        harness.api.problem(first.result(), 503, 20503)
        harness.api.problem(harness.send(SESSIONS, key), 409, 20409)
        gates[1].set()
    assert harness.send(SESSIONS, key).data == second.result().data
    assert set(harness.sids()) - set(before) == {second.result().get_json()["sid"]}


def test_the_thread_that_served_a_key_chooses_freely_again(harness: IdempotencyHarness) -> None:
    for path in (SESSIONS, PARTICIPANTS):
        harness.send(path, new(""))
        assert sids._seed.get() is None


def test_nothing_of_it_lies_in_clear(harness: IdempotencyHarness) -> None:
    person, name, key = "+14155550137", "walrus-of-the-key", "the-key-of-an-order-4711"
    harness.send(SESSIONS, key, {"UniqueName": name, "Participants": [PERSON.format(person)]})
    client = harness.api.rt.store.client
    prefix = f"{{{ACCOUNT}}}:{keys.ACCOUNT_KEYS['request'].pattern % ''}"
    found = {place: value for place, value in at_rest.store(client).items() if prefix in place}
    assert found
    search = Search([person], [name, key])
    for place, value in found.items():
        assert search(place.encode() + value) == [], place
