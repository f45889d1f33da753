"""Migrates the database to the newest schema; safe to repeat and to run twice at once: `python -m record.migrate`."""

from __future__ import annotations

import argparse
import sys

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from record import location
from record.database import MEND, open_engine, ping, writing
from record.errors import DatabaseUnusable, RecordError
from record.schema_check import FOLDER

#: Any number, as long as every copy of this program uses the same one.
LOCK = 0x6D61736B


def upgrade(url: str) -> None:
    engine = open_engine(url)
    try:
        ping(engine)
        with writing(engine) as connection:
            _wait_for_turn(connection)
            command.upgrade(_config(connection), "head")
    except DBAPIError as error:
        raise DatabaseUnusable(
            f"The database does not allow to create tables ({type(error.orig).__name__}); use a user who may. {MEND}"
        ) from None
    finally:
        engine.dispose()


def _wait_for_turn(connection: Connection) -> None:
    """One migration at a time. SQLite allows only one writer anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


if __name__ == "__main__":
    argparse.ArgumentParser(prog="python -m record.migrate", description=__doc__.partition(":")[0]).parse_args()
    try:
        upgrade(location.database_url(location.environment()))
    except RecordError as error:
        sys.exit(str(error))
