"""Any change of the record is found, and the first bad event is named."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, update

from record.database import writing
from record.drain import drain_service
from record.tables import chain_heads, event_details, events
from record.walk import service_sids, verify
from storage import keys
from tests.record.events import OTHER, SERVICE, emit
from tests.support.entries import entry

# Slow: tries every way to alter a record.
pytestmark = pytest.mark.slow


@pytest.fixture
def ten(store, engine):
    emit(store, 1, 10)
    drain_service(store, engine, SERVICE)
    return engine


def alter(engine, *statements):
    with writing(engine) as connection:
        for statement in statements:
            connection.execute(statement)


def at(table, n):
    return (table.c.service_sid == SERVICE) & (table.c.n == n)


@pytest.mark.parametrize(
    "column, value",
    [
        ("epoch", 2), ("random", "f" * 16), ("type", "session.closed"), ("at_ms", 5), ("session_sid", ""),
        ("commitment", "0" * 64), ("hash", "0" * 64),
    ],
)  # fmt: skip
@pytest.mark.parametrize("n", [1, 6, 10])
def test_an_altered_event_is_named(ten, column, value, n):
    alter(ten, update(events).where(at(events, n)).values({column: value}))
    assert verify(ten, SERVICE).bad_n == n


@pytest.mark.parametrize("column, value", [("detail", "{}"), ("salt", "00" * 32), ("salt", "no hexadecimal")])
def test_an_altered_detail_is_named(ten, column, value):
    alter(ten, update(event_details).where(at(event_details, 4)).values({column: value}))
    assert verify(ten, SERVICE).bad_n == 4


def test_a_deleted_event_is_named(ten):
    alter(ten, delete(event_details).where(at(event_details, 7)), delete(events).where(at(events, 7)))
    assert verify(ten, SERVICE).bad_n == 7


def test_swapped_events_are_named(ten):
    moves = [(3, 99), (4, 3), (99, 4)]
    alter(
        ten, delete(event_details), *(update(events).where(at(events, old)).values(n=new) for old, new in moves)
    )  # fmt: skip
    assert verify(ten, SERVICE).bad_n == 3


def test_a_cut_tail_is_named(ten):
    alter(ten, delete(event_details).where(at(event_details, 10)), delete(events).where(at(events, 10)))
    assert verify(ten, SERVICE).bad_n == 10


def test_an_event_behind_the_head_is_named(ten):
    alter(ten, update(chain_heads).values(n=9))
    assert verify(ten, SERVICE).bad_n == 10


def test_a_missing_head_is_named(ten):
    alter(ten, delete(chain_heads))
    assert "missing" in verify(ten, SERVICE).problem


def test_another_service_s_events_do_not_fit(ten):
    alter(
        ten,
        delete(event_details),
        update(events).values(service_sid=OTHER),
        update(chain_heads).values(service_sid=OTHER),
    )
    assert verify(ten, OTHER).bad_n == 1


def test_erasing_details_keeps_the_chain(ten):
    alter(ten, delete(event_details).where(event_details.c.n.in_([2, 3])))
    verdict = verify(ten, SERVICE)
    assert (verdict.bad_n, verdict.events, verdict.erased) == (None, 10, 2)


def test_a_service_without_events_is_whole(engine):
    assert verify(engine, SERVICE).events == 0


def test_it_goes_over_more_than_one_page(store, engine):
    pipeline = store.client.pipeline(transaction=False)
    for n in range(1, 2301):
        pipeline.xadd(keys.events(SERVICE), entry({"n": n, "e": 1, "r": "0", "t": "t", "at": n, "s": "", "d": "{}"}))
    pipeline.execute()
    while drain_service(store, engine, SERVICE, 1000):
        pass
    assert verify(engine, SERVICE).events == 2300


def test_the_services_of_a_record(ten, store):
    emit(store, 1, 2, OTHER)
    drain_service(store, ten, OTHER)
    assert service_sids(ten) == [SERVICE, OTHER]
