"""The stream serves two: the record takes nothing off that the courier has not read; neither waits for the other."""

from __future__ import annotations

from typing import Any

import pytest

from record.database import open_engine
from record.drain import drain_service
from record.migrate import upgrade
from storage import keys
from tests.record.events import recorded

# Slow: writes streams of thousands of events.
pytestmark = pytest.mark.slow


@pytest.fixture
def engine(tmp_path):
    url = f"sqlite:///{tmp_path}/maskline.sqlite3"
    upgrade(url)
    found = open_engine(url)
    yield found
    found.dispose()


def drain(customer, engine, batch=500):
    while drain_service(customer.rt.store, engine, customer.sid, batch) == batch:
        pass


def waiting(customer):
    return int(customer.rt.store.client.xlen(keys.events(customer.sid)))


def clock(customer, field):
    return customer.rt.store.client.hget(keys.service("clock", customer.sid), field)


def happened(customer):
    return int(clock(customer, "n"))


def test_what_the_courier_has_not_read_is_recorded_and_stays(customer, engine):
    drain(customer, engine)
    customer.listen()
    drain(customer, engine)
    before = waiting(customer)
    customer.talk()
    drain(customer, engine)
    assert len(recorded(engine, customer.sid)) == happened(customer)
    assert waiting(customer) == before + 3
    customer.run()
    assert len(customer.events()) == 3
    drain(customer, engine)
    assert (waiting(customer), clock(customer, "d")) == (0, None)


@pytest.mark.parametrize("batch", [1, 2, 7, 500])
def test_the_record_goes_on_while_nobody_delivers(customer, engine, batch):
    customer.listen()
    for _ in range(4):
        customer.talk()
        drain(customer, engine, batch)
        drain(customer, engine, batch)
    assert recorded(engine, customer.sid) == list(range(1, happened(customer) + 1))
    customer.run()
    assert len(customer.events()) == 12
    customer.talk()
    drain(customer, engine, batch)
    customer.run()
    drain(customer, engine, batch)
    assert waiting(customer) == 0
    assert len(customer.events()) == 15
    assert recorded(engine, customer.sid) == list(range(1, happened(customer) + 1))


def test_without_urls_there_is_no_cursor_and_nothing_stays(customer, engine):
    customer.talk()
    drain(customer, engine)
    assert (waiting(customer), clock(customer, "c"), clock(customer, "d")) == (0, None, None)


def test_the_last_url_takes_the_cursor_along(customer, engine):
    customer.listen()
    customer.talk()
    drain(customer, engine)
    assert waiting(customer) > 0
    customer.set(CallbackUrl="")
    assert clock(customer, "c")
    customer.set(EventsUrl="")
    assert clock(customer, "c") is None
    drain(customer, engine)
    assert waiting(customer) == 0


@pytest.mark.parametrize("field", ["CallbackUrl", "EventsUrl", "EndCalls"])
def test_each_of_the_three_sets_it_and_a_second_change_leaves_it(customer, field):
    customer.set(**{field: "true" if field == "EndCalls" else customer.receiver.url})
    cursor = clock(customer, "c")
    assert cursor
    customer.talk()
    customer.set(DefaultTtl="60")
    assert clock(customer, "c") == cursor


def test_entries_of_another_server_are_not_passed_over(customer, engine):
    """What was recorded comes from a server that is gone; what stands here now was not."""
    customer.listen()
    customer.talk()
    drain(customer, engine)
    place = clock(customer, "d")
    customer.rt.store.client.hdel(keys.service("clock", customer.sid), "d")
    stream = keys.events(customer.sid)
    ids = [entry.decode() for entry, _ in customer.rt.store.client.xrange(stream)]
    customer.rt.store.service("trim_events", customer.sid, {"entries": ids[1:]})
    assert clock(customer, "d") is None
    customer.rt.store.service("trim_events", customer.sid, {"entries": ids})
    assert clock(customer, "d") == place


@pytest.mark.failures
def test_an_event_that_cannot_be_told_holds_up_no_other(customer, caplog):
    customer.listen()
    broken = '{"outbound":{"participant":"+15550001111"}}'
    entry: Any = {"t": "interaction.updated", "s": "", "d": broken, "n": 10**6, "r": "0", "at": 1, "e": 1}
    customer.rt.store.client.xadd(keys.events(customer.sid), entry)
    talk = customer.talk()
    customer.scene.text(talk.alice, talk.alices, "hello")
    customer.run()
    assert {one.form["interactionData"] for one in customer.callbacks()} == {'{"body":"hello"}'}
    assert "telling of entry" in caplog.text and "+15550001111" not in caplog.text
