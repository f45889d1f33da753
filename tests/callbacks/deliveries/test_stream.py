"""The stream has two readers: the record removes nothing that callbacks have not read; neither waits for the other."""

from __future__ import annotations

import pytest

from record.database import open_engine
from record.drain import drain_service
from record.migrate import upgrade
from storage import keys
from tests.record.events import recorded
from tests.support.entries import entry

# Slow: writes streams of thousands of events.
pytestmark = pytest.mark.slow


@pytest.fixture
def engine(tmp_path):
    url = f"sqlite:///{tmp_path}/maskline.sqlite3"
    upgrade(url)
    found = open_engine(url)
    yield found
    found.dispose()


def drain(harness, engine, batch=500):
    while drain_service(harness.rt.store, engine, harness.sid, batch) == batch:
        pass


def waiting(harness):
    return int(harness.rt.store.client.xlen(keys.events(harness.sid)))


def clock(harness, field):
    return harness.rt.store.client.hget(keys.service("clock", harness.sid), field)


def happened(harness):
    return int(clock(harness, "n"))


def test_what_callbacks_have_not_read_is_recorded_and_stays(harness, engine):
    drain(harness, engine)
    harness.subscribe()
    drain(harness, engine)
    before = waiting(harness)
    harness.open()
    drain(harness, engine)
    assert len(recorded(engine, harness.sid)) == happened(harness)
    assert waiting(harness) == before + 3
    harness.run_job()
    assert len(harness.events()) == 3
    drain(harness, engine)
    assert (waiting(harness), clock(harness, "d")) == (0, None)


@pytest.mark.parametrize("batch", [1, 2, 7, 500])
def test_the_record_goes_on_while_nobody_delivers(harness, engine, batch):
    harness.subscribe()
    for _ in range(4):
        harness.open()
        drain(harness, engine, batch)
        drain(harness, engine, batch)
    assert recorded(engine, harness.sid) == list(range(1, happened(harness) + 1))
    harness.run_job()
    assert len(harness.events()) == 12
    harness.open()
    drain(harness, engine, batch)
    harness.run_job()
    drain(harness, engine, batch)
    assert waiting(harness) == 0
    assert len(harness.events()) == 15
    assert recorded(engine, harness.sid) == list(range(1, happened(harness) + 1))


def test_without_urls_there_is_no_cursor_and_nothing_stays(harness, engine):
    harness.open()
    drain(harness, engine)
    assert (waiting(harness), clock(harness, "c"), clock(harness, "d")) == (0, None, None)


def test_the_last_url_takes_the_cursor_along(harness, engine):
    harness.subscribe()
    harness.open()
    drain(harness, engine)
    assert waiting(harness) > 0
    harness.set_fields(CallbackUrl="")
    assert clock(harness, "c")
    harness.set_fields(EventsUrl="")
    assert clock(harness, "c") is None
    drain(harness, engine)
    assert waiting(harness) == 0


@pytest.mark.parametrize("field", ["CallbackUrl", "EventsUrl", "EndCalls"])
def test_each_of_the_three_sets_it_and_a_second_change_leaves_it(harness, field):
    harness.set_fields(**{field: "true" if field == "EndCalls" else harness.receiver.url})
    cursor = clock(harness, "c")
    assert cursor
    harness.open()
    harness.set_fields(DefaultTtl="60")
    assert clock(harness, "c") == cursor


def test_entries_of_another_server_are_not_passed_over(harness, engine):
    """The recorded entries came from a server that is gone; the entries in the store now were not recorded."""
    harness.subscribe()
    harness.open()
    drain(harness, engine)
    place = clock(harness, "d")
    harness.rt.store.client.hdel(keys.service("clock", harness.sid), "d")
    stream = keys.events(harness.sid)
    ids = [entry.decode() for entry, _ in harness.rt.store.client.xrange(stream)]
    harness.rt.store.service("trim_events", harness.sid, {"entries": ids[1:]})
    assert clock(harness, "d") is None
    harness.rt.store.service("trim_events", harness.sid, {"entries": ids})
    assert clock(harness, "d") == place


@pytest.mark.failures
def test_an_event_that_cannot_be_told_holds_up_no_other(harness, caplog):
    harness.subscribe()
    broken = '{"outbound":{"participant":"+15550001111"}}'
    event = {"t": "interaction.updated", "s": "", "d": broken, "n": 10**6, "r": "0", "at": 1, "e": 1}
    harness.rt.store.client.xadd(keys.events(harness.sid), entry(event))
    conversation = harness.open()
    harness.webhooks.text(conversation.alice, conversation.alices, "hello")
    harness.run_job()
    assert {one.form["interactionData"] for one in harness.callbacks()} == {'{"body":"hello"}'}
    assert "telling of entry" in caplog.text and "+15550001111" not in caplog.text
