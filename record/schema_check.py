"""Whether the database has the newest schema. This needs no Alembic, which is large and only makes the schema."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from record.database import ping
from record.errors import DatabaseUnusable

FOLDER = Path(__file__).parent / "migrations"


def check(engine: Engine) -> None:
    """Raises DatabaseUnusable unless the database answers and has the newest schema."""
    ping(engine)
    if _current(engine) != [newest()]:
        raise DatabaseUnusable("The tables of the record are missing or old. Run: python -m record.migrate")


def newest() -> str:
    """The number of the last migration: its file's name begins with it."""
    return max(path.name.partition("_")[0] for path in (FOLDER / "versions").glob("*.py"))


def _current(engine: Engine) -> list[str]:
    try:
        with engine.connect() as connection:
            return list(connection.scalars(text("SELECT version_num FROM alembic_version")))
    except DBAPIError:
        return []  # before the first migration
