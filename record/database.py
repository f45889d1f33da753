"""Engines for the record: SQLite that survives a power cut, or PostgreSQL through psycopg."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from record.errors import DatabaseUnusable

MEND = "Write: DATABASE_URL=sqlite:///var/maskline.sqlite3 or DATABASE_URL=postgresql://user:password@host/maskline"
#: How long one SQLite writer waits for another.
BUSY_SECONDS = 10
CONNECT_SECONDS = 5
#: For PostgreSQL: another writer does not wait for ever for one that was suspended; its locks are released at last.
LIMITS = text(
    f"SELECT set_config('lock_timeout', '{BUSY_SECONDS}s', true), "
    f"set_config('idle_in_transaction_session_timeout', '{2 * BUSY_SECONDS}s', true)"
)


#: The type for other packages; only this package imports SQLAlchemy.
Database = Engine


def open_engine(url: str) -> Database:
    """Does not connect yet. Raises DatabaseUnusable for a URL that can never work."""
    parsed = _parse(url)
    if parsed.get_backend_name() == "sqlite":
        return _sqlite(parsed)
    # hide_parameters: errors are logged, and values must not be.
    return create_engine(
        parsed, hide_parameters=True, pool_pre_ping=True, connect_args={"connect_timeout": CONNECT_SECONDS}
    )


def open_existing(url: str) -> Database:
    """Like open_engine, for readers: does not create a missing SQLite file. Raises DatabaseUnusable."""
    parsed = _parse(url)
    file = Path(parsed.database or "")
    if parsed.get_backend_name() == "sqlite" and not file.is_file():
        raise DatabaseUnusable(f"There is no database at {file}. {MEND}")
    return open_engine(url)


def shown(engine: Database) -> str:
    """The database, without its user, password and options."""
    url = engine.url
    plain = URL.create(url.get_backend_name(), host=url.host, port=url.port, database=url.database)
    return plain.render_as_string()


def _parse(url: str) -> URL:
    scheme, _, rest = url.partition("://")
    if scheme in ("postgres", "postgresql"):
        url = f"postgresql+psycopg://{rest}"
    try:
        parsed = make_url(url)
        parsed.get_dialect()
    except (ArgumentError, NoSuchModuleError, ValueError):
        raise DatabaseUnusable(f"DATABASE_URL is not understood. {MEND}") from None
    if parsed.drivername not in ("sqlite", "sqlite+pysqlite", "postgresql+psycopg"):
        raise DatabaseUnusable(f"DATABASE_URL is neither SQLite nor PostgreSQL. {MEND}")
    return parsed


def _make_private(file: Path) -> None:
    """SQLite gives its other files (-wal, -shm) the mode of this one. A file that is there keeps its mode."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with suppress(FileExistsError):
        os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


def _sqlite(url: URL) -> Engine:
    if url.database in (None, "", ":memory:"):
        raise DatabaseUnusable(f"DATABASE_URL names no file, so the record would be lost at exit. {MEND}")
    try:
        _make_private(Path(str(url.database)))
    except OSError:
        raise DatabaseUnusable(f"DATABASE_URL: the folder of the file cannot be made. {MEND}") from None
    engine = create_engine(url, hide_parameters=True, connect_args={"timeout": BUSY_SECONDS})
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: sqlite3.Connection, _: object) -> None:
    # Without this the driver begins its own transactions, deferred and only before the first write.
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
    _enable_wal(connection)
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")


def _enable_wal(connection: sqlite3.Connection) -> None:
    """Two processes that open a new file at the same time conflict here, and busy_timeout does not cover it."""
    deadline = time.monotonic() + BUSY_SECONDS
    while connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)


def _begin(connection: Connection) -> None:
    # A deferred transaction that reads and then writes fails at once if another wrote meanwhile; IMMEDIATE waits.
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction that writes."""
    with engine.execution_options(writes=True).begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(LIMITS)
        yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One transaction that reads a consistent snapshot."""
    options: dict[str, Any] = {} if engine.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ"}
    with engine.execution_options(**options).begin() as connection:
        yield connection


def ping(engine: Engine) -> None:
    """Raises DatabaseUnusable if the database does not answer."""
    try:
        with engine.connect() as connection:
            connection.execute(text("SELECT 1"))
    except DBAPIError as error:
        raise DatabaseUnusable(_reason(error, engine)) from None


#: Part of an error message of PostgreSQL's client for a failed connection -> our sentence. There is no SQLSTATE.
#: Source: libpq's messages (PostgreSQL 18), tested in tests/record/test_unusable.py.
REFUSALS = {
    "password authentication failed": f"DATABASE_URL: the database refuses the user or password. {MEND}",
    "no password supplied": f"DATABASE_URL: the database asks for a password. {MEND}",
    "does not support SSL": "DATABASE_URL: the server speaks no TLS. Write: DATABASE_URL=…?sslmode=disable",
    "no pg_hba.conf entry": "DATABASE_URL: the server lets nobody in from here with this user. Add a line to its "
    "pg_hba.conf, or write: DATABASE_URL=…?sslmode=require",
    "Connection refused": f"DATABASE_URL: nothing listens at the database's address. Start it. {MEND}",
    "No such file or directory": f"DATABASE_URL: nothing listens at the database's socket. Start it. {MEND}",
    "failed to resolve host": f"DATABASE_URL: the name of the database's host is not known. {MEND}",
    "unable to open database file": f"DATABASE_URL: the file cannot be opened. {MEND}",
    "file is not a database": f"DATABASE_URL: the file holds something else than a SQLite database. {MEND}",
}


def _reason(error: DBAPIError, engine: Engine) -> str:
    message = str(error.orig)
    if f'database "{engine.url.database}" does not exist' in message:
        return f"DATABASE_URL: the server has no database {engine.url.database}. Run: createdb {engine.url.database}"
    if f'role "{engine.url.username}" does not exist' in message:
        return f"DATABASE_URL: the server knows no such user. {MEND}"
    for part, sentence in REFUSALS.items():
        if part in message:
            return sentence
    name = type(error.orig).__name__
    return f"The database does not answer ({name}). Start it, or write the right address. {MEND}"
