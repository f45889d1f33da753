"""A Valkey that is empty at the start of each test, because jobs also process Services of other tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support import stores


@pytest.fixture(scope="session")
def own_server(tmp_path_factory: pytest.TempPathFactory, clustered: bool) -> Iterator[str]:
    with stores.serving(tmp_path_factory.mktemp("own-valkey"), clustered=clustered) as url:
        yield url


@pytest.fixture
def emptied_url(own_server: str) -> str:
    stores.empty(own_server)
    return own_server
