"""Fixtures that run the tests of the record on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, make_url, text

from record.database import Database, open_engine
from record.migrate import upgrade
from storage.store import Store
from tests.record.servers import emptied_url as emptied_url
from tests.record.servers import own_server as own_server


@pytest.fixture
def new_postgres(postgres_url: str) -> Iterator[str]:
    """An empty database for one test."""
    name = f"test_{uuid4().hex}"
    admin = create_engine(postgres_url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield make_url(postgres_url).set(database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "postgresql":
        return str(request.getfixturevalue("new_postgres"))
    return f"sqlite:///{tmp_path}/record/maskline.sqlite3"


@pytest.fixture
def engine(database_url: str) -> Iterator[Database]:
    upgrade(database_url)
    engine = open_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def store(emptied_url: str) -> Store:
    return Store(emptied_url)
