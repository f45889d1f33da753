"""Which database URLs are allowed, and how SQLite is opened."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from record import location
from record.database import open_engine, ping, reading, writing
from record.errors import DatabaseUnusable
from record.tables import chain_heads


def test_sqlite_survives_a_power_cut_and_waits_for_its_turn(tmp_path):
    engine = open_engine(f"sqlite:///{tmp_path}/new/folder/record.sqlite3")
    with reading(engine) as connection:
        found = [connection.execute(text(f"PRAGMA {name}")).scalar() for name in PRAGMAS]
    assert found == list(PRAGMAS.values())


#: The value 2 of `synchronous` means FULL.
PRAGMAS = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 10_000}


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_postgresql_goes_through_psycopg(scheme):
    assert open_engine(f"{scheme}://u:p@host/base").driver == "psycopg"


@pytest.mark.parametrize(
    "url",
    ["", "maskline", "mysql://u:secret@host/x", "sqlite://", "sqlite:///:memory:", "nosuch://x", "postgresql+asyncpg://u:secret@h/x",
     "postgresql://u:secret@host:port/x"],
)  # fmt: skip
def test_a_url_that_can_never_work_says_how_to_mend_it(url):
    with pytest.raises(DatabaseUnusable, match=r"Write: DATABASE_URL=sqlite:///") as raised:
        open_engine(url)
    assert "secret" not in str(raised.value)


def test_a_server_that_is_not_there_says_how_to_mend_it():
    with pytest.raises(DatabaseUnusable, match="Start it") as raised:
        ping(open_engine("postgresql://u:secret@127.0.0.1:1/x"))
    assert "secret" not in str(raised.value)


def test_an_error_s_text_holds_no_values(engine):
    canary = "+15550001111"
    with pytest.raises(DBAPIError) as raised, writing(engine) as connection:
        connection.execute(select(chain_heads).where(text("no_such = :value")), {"value": canary})
    assert canary not in str(raised.value)


def test_the_url_comes_from_the_environment_or_a_file(tmp_path):
    secret = tmp_path / "url"
    secret.write_text("sqlite:///a.sqlite3\n")
    assert location.database_url({}) == location.DEFAULT
    assert location.database_url({"DATABASE_URL": "x"}) == "x"
    assert location.database_url({"DATABASE_URL_FILE": str(secret)}) == "sqlite:///a.sqlite3"
    for wrong in ({"DATABASE_URL": "x", "DATABASE_URL_FILE": str(secret)}, {"DATABASE_URL_FILE": "/none"}):
        with pytest.raises(DatabaseUnusable):
            location.database_url(wrong)


def test_the_environment_wins_over_the_file(tmp_path, monkeypatch):
    (tmp_path / ".env").write_text("DATABASE_URL=from-file\nOTHER_OF_FILE=1\n")
    monkeypatch.setenv("DATABASE_URL", "from-environment")
    found = location.environment(str(tmp_path / ".env"))
    assert (found["DATABASE_URL"], found["OTHER_OF_FILE"]) == ("from-environment", "1")
