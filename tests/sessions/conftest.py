"""This suite has its own store, because its key ring is wrapped with another key than in the other suites."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dev import store


@pytest.fixture(scope="session")
def valkey_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    server = store.start(tmp_path_factory.mktemp("valkey"), port=store.free_port(0))
    yield server.url
    server.stop()
