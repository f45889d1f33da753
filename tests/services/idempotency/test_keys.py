"""Idempotency-Key: done once, answered alike; nobody else's, and nothing in clear."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import count
from threading import Event, Semaphore
from typing import Any

import pytest

from common import sids
from common.sids import new
from services.accounts import add_account, add_key
from sessions import sessions
from storage import keys
from storage.store import StoreUnavailable
from tests.privacy import at_rest
from tests.privacy.spellings import Search
from tests.proxy.api.conftest import logged_in
from tests.services.idempotency.keyed import KEY, PARTICIPANTS, PERSON, SESSIONS, Keyed, forms, held
from tests.support.stack import ACCOUNT


def test_what_is_created_twice_is_created_once(keyed: Keyed) -> None:
    for path, form in forms(keyed).items():
        key = new("")
        first, second = keyed.send(path, key, form), keyed.send(path, key, form)
        assert first.status_code == second.status_code == 201, first.text
        assert (first.data, first.mimetype) == (second.data, second.mimetype)
        assert "Idempotent-Replayed" not in first.headers
        assert second.headers["Idempotent-Replayed"] == "true"
        assert second.headers["Cache-Control"] == "no-store"
        assert keyed.sids(path).count(first.get_json()["sid"]) == 1


def test_another_key_is_another_creation(keyed: Keyed) -> None:
    made = {keyed.send(SESSIONS, key).get_json()["sid"] for key in (new(""), new(""), "~", "!" * 255)}
    assert len(made) == 4 and made < set(keyed.sids())


@pytest.mark.parametrize("key", ["", " ", "a b", "é", "x" * 256, "a\tb", "\x7f"])
def test_a_key_that_is_none(keyed: Keyed, key: str) -> None:
    before = keyed.sids()
    problem = keyed.problem(keyed.send(SESSIONS, key), 400, 20001)
    assert problem["message"].startswith(KEY)
    assert keyed.sids() == before


@pytest.mark.parametrize("other", ["body", "path"])
def test_a_key_that_comes_with_something_else(keyed: Keyed, other: str) -> None:
    key, name = new(""), new("once-")
    assert keyed.send(SESSIONS, key, {"UniqueName": name}).status_code == 201
    before = keyed.sids()
    path = SESSIONS.replace("Sessions", "PhoneNumbers") if other == "path" else SESSIONS
    form = {"UniqueName": name if other == "path" else new("once-")}
    for _ in range(2):
        keyed.problem(keyed.send(path, key, form), 422, 20422)
    assert keyed.sids() == before
    assert keyed.send(SESSIONS, key, {"UniqueName": name}).status_code == 201


def test_a_refusal_of_the_operation_stays(keyed: Keyed) -> None:
    """Though the second time it would have passed."""
    key, form = new(""), {"UniqueName": new("taken-")}
    taken = keyed.post(SESSIONS, form).get_json()["sid"]
    first = keyed.send(SESSIONS, key, form)
    keyed.problem(first, 400, 80603)
    assert keyed.client.delete(keyed.url(f"{SESSIONS}/{taken}")).status_code == 204
    again = keyed.send(SESSIONS, key, form)
    assert (again.status_code, again.data) == (400, first.data)
    assert keyed.send(SESSIONS, new(""), form).status_code == 201


def test_what_was_never_read_uses_no_key_up(keyed: Keyed) -> None:
    app, key = keyed.stack.app, new("")
    reader = logged_in(app, *add_key(keyed.rt, ACCOUNT, "read-only", "of a test"))
    for client, status, more in (
        (logged_in(app, ACCOUNT, "guessed it"), 401, {}),
        (reader, 403, {}),
        (keyed.client, 415, {"content_type": "text/plain", "data": "a"}),
        (keyed.client, 413, {"data": b"x" * 70_000}),
    ):
        answer = client.post(keyed.url(SESSIONS), headers={KEY: key}, **more)
        assert answer.status_code == status
    assert reader.get(keyed.url(SESSIONS), headers={KEY: key}).status_code == 200
    assert keyed.send(SESSIONS, key).status_code == 201


def test_only_creations_heed_it(keyed: Keyed) -> None:
    """An update or a read under the same key is done again; not even its spelling matters."""
    path = SESSIONS + "/{session}"
    for ttl in ("60", "61"):
        assert keyed.send(path, "a key", {"Ttl": ttl}).get_json()["ttl"] == int(ttl)
    assert keyed.client.get(keyed.url(path), headers={KEY: "a key"}).get_json()["ttl"] == 61
    assert keyed.client.delete(keyed.url(path), headers={KEY: "a key"}).status_code == 204


def test_it_ends_after_a_day(keyed: Keyed) -> None:
    key = new("")
    first = keyed.send(SESSIONS, key).get_json()["sid"]
    keyed.clock.advance(86_399)
    assert keyed.send(SESSIONS, key).get_json()["sid"] == first
    keyed.clock.advance(1)
    assert keyed.send(SESSIONS, key).get_json()["sid"] != first


def test_another_account_has_keys_of_its_own(keyed: Keyed) -> None:
    other, key, form = new("AC"), new(""), {"UniqueName": new("both-")}
    add_account(keyed.rt, other, "another token", other, "another token")
    theirs = logged_in(keyed.stack.app, other, "another token")
    mine = keyed.send("/Services", key, form).get_json()
    found = theirs.post(keyed.url("/Services"), data=form, headers={KEY: key})
    assert (found.status_code, found.get_json()["account_sid"]) == (201, other)
    assert found.get_json()["sid"] != mine["sid"]
    path = SESSIONS.format(service=mine["sid"])
    assert keyed.send(path, new("")).status_code == 201
    assert theirs.post(keyed.url(path), headers={KEY: key}).status_code == 422


def test_while_the_first_is_at_work_the_second_is_409(keyed: Keyed, monkeypatch: pytest.MonkeyPatch) -> None:
    inside, go = held(monkeypatch)
    key, before = new(""), keyed.sids()
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(keyed.send, SESSIONS, key)
        assert inside.wait(30)
        second = keyed.send(SESSIONS, key)
        go.set()
    keyed.problem(second, 409, 20409)
    assert int(second.headers["Retry-After"]) >= 1
    assert keyed.send(SESSIONS, key).data == first.result().data
    assert len(keyed.sids()) == len(before) + 1


def test_many_at_once(keyed: Keyed) -> None:
    for _ in range(5):
        key, before = new(""), keyed.sids()
        form = {"Participants": [PERSON.format(keyed.scene.person())]}
        with ThreadPoolExecutor(16) as pool:
            asked = [pool.submit(keyed.send, SESSIONS, key, form) for _ in range(16)]
        got = [one.result() for one in asked]
        assert {answer.status_code for answer in got} <= {201, 409}
        assert len({answer.data for answer in got if answer.status_code == 201}) == 1
        assert len(keyed.sids()) == len(before) + 1


def test_a_slow_one_does_not_free_the_key_of_who_took_over(keyed: Keyed, monkeypatch: pytest.MonkeyPatch) -> None:
    inside, gates, whole, turns = Semaphore(0), (Event(), Event()), sessions.open_session, count()

    def slow(*args: Any) -> Any:
        turn = next(turns)
        inside.release()
        assert gates[turn].wait(30)
        if turn == 0:
            raise StoreUnavailable("gone")
        return whole(*args)

    monkeypatch.setattr("sessions.sessions.open_session", slow)
    key, before = new(""), keyed.sids()
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(keyed.send, SESSIONS, key)
        assert inside.acquire(timeout=30)
        keyed.clock.advance(61)
        second = pool.submit(keyed.send, SESSIONS, key)
        assert inside.acquire(timeout=30)
        gates[0].set()
        keyed.problem(first.result(), 503, 20503)
        keyed.problem(keyed.send(SESSIONS, key), 409, 20409)
        gates[1].set()
    assert keyed.send(SESSIONS, key).data == second.result().data
    assert set(keyed.sids()) - set(before) == {second.result().get_json()["sid"]}


def test_the_thread_that_served_a_key_chooses_freely_again(keyed: Keyed) -> None:
    for path in (SESSIONS, PARTICIPANTS):
        keyed.send(path, new(""))
        assert sids._seed.get() is None


def test_nothing_of_it_lies_in_clear(keyed: Keyed) -> None:
    person, name, key = "+14155550137", "walrus-of-the-key", "the-key-of-an-order-4711"
    keyed.send(SESSIONS, key, {"UniqueName": name, "Participants": [PERSON.format(person)]})
    client = keyed.rt.store.client
    prefix = f"{{{ACCOUNT}}}:{keys.ACCOUNT_KEYS['request'].pattern % ''}"
    found = {place: value for place, value in at_rest.store(client).items() if prefix in place}
    assert found
    search = Search([person], [name, key])
    for place, value in found.items():
        assert search(place.encode() + value) == [], place
