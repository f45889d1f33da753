"""Every event is recorded once and in order, even if workers are killed, run twice or run late."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select, update

from record import drain
from record.database import reading, writing
from record.drain import drain_service
from record.errors import Broken, Fork, Gap, Unreadable
from record.tables import chain_heads, events
from record.walk import verify
from tests.record.events import OTHER, SERVICE, details, emit, recorded, waiting

# Slow: writes large streams into both databases.
pytestmark = pytest.mark.slow


class Killed(BaseException):
    """A BaseException, because code that catches Exception must not catch it, just as it cannot catch a kill."""


def sound(engine, last, service_sid=SERVICE):
    verdict = verify(engine, service_sid)
    return recorded(engine, service_sid) == list(range(1, last + 1)) and (verdict.bad_n, verdict.events) == (None, last)


def test_moves_everything_and_trims(store, engine):
    emit(store, 1, 25)
    assert [drain_service(store, engine, SERVICE, 10) for _ in range(4)] == [10, 10, 5, 0]
    assert sound(engine, 25)
    assert waiting(store) == 0
    assert details(engine) == [json.dumps({"number": n}) for n in range(1, 26)]


def test_services_have_chains_of_their_own(store, engine):
    emit(store, 1, 3)
    emit(store, 1, 2, OTHER)
    drain_service(store, engine, SERVICE)
    drain_service(store, engine, OTHER)
    assert sound(engine, 3) and sound(engine, 2, OTHER)


def test_the_same_detail_never_gives_the_same_commitment(store, engine):
    emit(store, 1, 20, d="{}")
    drain_service(store, engine, SERVICE)
    with reading(engine) as connection:
        assert len(set(connection.scalars(select(events.c.commitment)))) == 20


def test_a_kill_between_commit_and_trim_doubles_nothing(store, engine, monkeypatch):
    def die(*_):
        raise Killed

    emit(store, 1, 10)
    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(drain, "_trim", die)
        drain_service(store, engine, SERVICE)
    assert (len(recorded(engine)), waiting(store)) == (10, 10)
    emit(store, 11, 15)
    drain_service(store, engine, SERVICE, 12)
    assert waiting(store) == 3
    drain_service(store, engine, SERVICE, 12)
    assert sound(engine, 15)
    assert waiting(store) == 0


def test_a_kill_before_the_commit_loses_nothing(store, engine, monkeypatch):
    def die(*_):
        raise Killed

    emit(store, 1, 10)
    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(drain, "_move_head", die)
        drain_service(store, engine, SERVICE)
    assert (recorded(engine), details(engine), waiting(store)) == ([], [], 10)
    drain_service(store, engine, SERVICE)
    assert sound(engine, 10)


def test_events_that_arrive_meanwhile_stay(store, engine, monkeypatch):
    append = drain._append

    def slow(*arguments):
        emit(store, 6, 9)
        append(*arguments)

    emit(store, 1, 5)
    with monkeypatch.context() as patch:
        patch.setattr(drain, "_append", slow)
        assert drain_service(store, engine, SERVICE) == 5
    assert waiting(store) == 4
    drain_service(store, engine, SERVICE)
    assert sound(engine, 9)


def test_drains_at_once_while_events_arrive(store, engine):
    written = threading.Event()

    def write():
        emit(store, 1, 200)
        written.set()

    def move(batch):
        moved = 1
        while moved or not written.is_set():
            moved = drain_service(store, engine, SERVICE, batch)

    with ThreadPoolExecutor(5) as pool:
        for future in [pool.submit(write), *(pool.submit(move, batch) for batch in (3, 7, 20, 50))]:
            future.result()
    assert waiting(store) == 0
    assert sound(engine, 200)


def test_two_that_read_the_same_entries(store, engine, monkeypatch):
    """Both drains have read the entries before one of them writes."""
    both, append = threading.Barrier(2), drain._append

    def together(*arguments):
        both.wait()
        append(*arguments)

    emit(store, 1, 50)
    monkeypatch.setattr(drain, "_append", together)
    with ThreadPoolExecutor(2) as pool:
        moved = list(pool.map(lambda _: drain_service(store, engine, SERVICE), range(2)))
    assert moved == [50, 50]
    assert sound(engine, 50)


def refused(error, store, engine, at):
    """Checks that the drain raises `error` at event `at`, records nothing and trims nothing."""
    before = recorded(engine), waiting(store)
    with pytest.raises(error) as raised:
        drain_service(store, engine, SERVICE)
    assert (recorded(engine), waiting(store)) == before
    assert raised.value.n == at


@pytest.mark.parametrize("change", [{"r": "f" * 16}, {"e": 2}])
def test_a_recorded_number_with_another_identity_is_a_fork(store, engine, change):
    emit(store, 1, 3)
    drain_service(store, engine, SERVICE)
    emit(store, 3, 4, **change)
    refused(Fork, store, engine, 3)


def test_a_number_twice_in_the_stream_is_a_fork(store, engine):
    emit(store, 1, 2)
    emit(store, 2, 2, r="f" * 16)
    refused(Fork, store, engine, 2)


def test_a_missing_number_is_a_gap(store, engine):
    emit(store, 1, 2)
    drain_service(store, engine, SERVICE)
    emit(store, 4, 5)
    refused(Gap, store, engine, 3)


def test_another_head_stops_the_drain(store, engine):
    emit(store, 1, 2)
    drain_service(store, engine, SERVICE)
    with writing(engine) as connection:
        connection.execute(update(chain_heads).values(hash="0" * 64))
    emit(store, 3, 3)
    refused(Broken, store, engine, 2)


def test_a_head_that_moves_in_spite_of_the_lock_stops_the_drain(store, engine, monkeypatch):
    monkeypatch.setattr(drain, "_head", lambda connection, sid: drain.Head(0, "0" * 64))
    emit(store, 1, 2)
    refused(Broken, store, engine, 0)


@pytest.mark.parametrize("change", [{"n": "one"}, {"at": ""}, {"e": "1.5"}])
def test_an_entry_that_is_no_event_is_named_and_kept(store, engine, change):
    emit(store, 1, 1, **change)
    with pytest.raises(Unreadable, match=r"entry [0-9]+-[0-9]+ of the stream is no event"):
        drain_service(store, engine, SERVICE)
    assert (recorded(engine), waiting(store)) == ([], 1)


def test_any_bytes_can_be_a_detail(store, engine):
    for n, detail in enumerate([b"\xff\xfe", b"a\0b", "\u202eنص 🙂".encode(), b"", b"\xed\xa0\x80"], 1):
        emit(store, n, n, d=detail)
    drain_service(store, engine, SERVICE)
    assert sound(engine, 5)
    assert details(engine) == ["\\xff\\xfe", "a\\u0000b", "\u202eنص 🙂", "", "\\xed\\xa0\\x80"]
