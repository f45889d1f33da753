"""A Valkey that is empty at the start of each test, because jobs also process Services of other tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dev import store
from storage.store import connect


@pytest.fixture(scope="session")
def own_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    server = store.start(tmp_path_factory.mktemp("own-valkey"), port=store.free_port(0))
    yield server.url
    server.stop()


@pytest.fixture
def emptied_url(own_server: str) -> str:
    connect(own_server).flushall()
    return own_server
