"""`python -m record.verify`: its output, the database it reads and its exit codes."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import delete, update

from record.database import writing
from record.drain import drain_service
from record.key_ring_copy import write_copy
from record.tables import chain_heads, event_details, events
from record.verify import main
from storage import keys
from storage.index import Index
from storage.wrapping import new_keys, wrap
from tests.record.events import OTHER, SERVICE, emit

ACCOUNT = "AC" + "1" * 32
SECRET = "secret key of the tests, long enough"


@pytest.fixture
def recorded(store, engine, database_url, monkeypatch):
    """Ten events of SERVICE and two of OTHER in the record; both Services are in the store."""
    for service_sid, count in ((SERVICE, 10), (OTHER, 2)):
        emit(store, 1, count, service_sid)
        store.client.hset(keys.service("clock", service_sid), "n", count)
        store.client.hset(keys.installation_services(), service_sid, ACCOUNT)
        drain_service(store, engine, service_sid)
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("REDIS_URL", store.url)
    return engine


def alter(engine, *statements):
    with writing(engine) as connection:
        for statement in statements:
            connection.execute(statement)


def test_good_and_bad(recorded, capsys):
    assert main([]) == 0
    assert main([SERVICE]) == 0
    alter(recorded, update(events).where(events.c.service_sid == SERVICE, events.c.n == 5).values(type="altered"))
    assert main([]) == 1
    assert f"{SERVICE}: BAD at event 5: does not fit its hash" in capsys.readouterr().out
    assert main([OTHER]) == 0


def test_it_names_the_database_without_its_password(recorded, capsys):
    main([])
    first = capsys.readouterr().out.splitlines()[0]
    assert first.startswith(f"record: {recorded.dialect.name}:///") and first.endswith(str(recorded.url.database))
    assert str(recorded.url.username) not in first.removeprefix("record: postgresql")


def test_json(recorded, capsys):
    assert main(["--json", OTHER]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["compared_with_store"] is True
    [row] = said["services"]
    assert (row["service_sid"], row["events"], row["bad_n"]) == (OTHER, 2, None)


def test_emptied_tables_are_found_by_the_store(recorded, capsys):
    alter(recorded, delete(event_details), delete(events), delete(chain_heads))
    assert main([]) == 1
    out = capsys.readouterr().out
    assert f"{SERVICE}: BAD at event 1: is missing: the store had 10 events recorded, the record ends at 0" in out


def test_a_tail_that_was_cut_off_with_its_head_is_found_by_the_store(recorded, capsys):
    with writing(recorded) as connection:
        kept = connection.execute(events.select().where(events.c.service_sid == SERVICE, events.c.n == 7)).one()
        for table in (event_details, events):
            connection.execute(delete(table).where(table.c.service_sid == SERVICE, table.c.n > 7))
        connection.execute(update(chain_heads).where(chain_heads.c.service_sid == SERVICE).values(n=7, hash=kept.hash))
    assert main([SERVICE]) == 1
    assert "BAD at event 8: is missing: the store had 10" in capsys.readouterr().out
    assert main([SERVICE, "--no-store"]) == 0
    assert "Not compared with the store" in capsys.readouterr().out


def test_a_service_that_the_store_has_lost_is_found(store, recorded, capsys):
    """The store was emptied, or REDIS_URL names another one. A deleted Service is not missed."""
    store.client.hdel(keys.installation_services(), SERVICE, OTHER)
    emit(store, 3, 3, OTHER, t="service.deleted")
    drain_service(store, recorded, OTHER)
    assert main([]) == 1
    out = capsys.readouterr().out
    assert f"{SERVICE}: BAD at event 11: the store has lost this Service" in out
    assert f"{OTHER}: good, 3 events" in out
    assert main(["--no-store"]) == 0


def test_what_still_waits_in_the_stream_is_not_missed(store, recorded):
    emit(store, 11, 12)
    store.client.hset(keys.service("clock", SERVICE), "n", 12)
    assert main([SERVICE]) == 0


@pytest.fixture
def ring(recorded, monkeypatch):
    """The key ring in the database, and the SECRET_KEY that opens it."""
    monkeypatch.setenv("SECRET_KEY", SECRET)
    content = new_keys(1)
    write_copy(recorded, wrap(content, SECRET))
    return content


def test_a_unique_name(store, recorded, ring, capsys, monkeypatch):
    name_hash = Index(ring.index).of_name(ACCOUNT, "rides")
    store.client.hset(keys.account("service_names", ACCOUNT), name_hash, SERVICE)
    assert main(["rides"]) == 0
    assert f"{SERVICE}: good, 10 events" in capsys.readouterr().out
    assert main(["no-such-name"]) == 2
    assert "knows a Service" in capsys.readouterr().err
    monkeypatch.delenv("SECRET_KEY")
    assert main(["rides"]) == 2
    assert "SECRET_KEY" in capsys.readouterr().err


@pytest.mark.parametrize("words", [["KS" + "9" * 32], ["no-such-name", "--no-store"], ["KS" + "9" * 32, "--no-store"]])
def test_an_unknown_service_is_refused(recorded, capsys, words):
    assert main(words) == 2
    said = capsys.readouterr()
    assert "knows a Service" in said.err and "good" not in said.out


def test_an_empty_record_is_no_good_one(engine, database_url, monkeypatch, capsys):
    monkeypatch.setenv("DATABASE_URL", database_url)
    assert main([]) == 2
    assert "holds no event" in capsys.readouterr().err


def test_an_empty_record_of_an_empty_store(store, engine, database_url, monkeypatch, capsys):
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("REDIS_URL", store.url)
    assert main([]) == 0
    assert "No Service has an event yet." in capsys.readouterr().out


def test_no_file_is_made_where_there_is_none(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DATABASE_URL", raising=False)
    assert main([]) == 2
    assert "There is no database at var/maskline.sqlite3" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_store_that_is_away(recorded, monkeypatch, capsys):
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:1/0")
    assert main([]) == 2
    assert "pass --no-store" in capsys.readouterr().err
