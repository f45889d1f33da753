"""This suite has its own store, because its key ring is wrapped with another key than in the other suites."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support import stores


@pytest.fixture(scope="session")
def valkey_url(tmp_path_factory: pytest.TempPathFactory, clustered: bool) -> Iterator[str]:
    with stores.serving(tmp_path_factory.mktemp("valkey"), clustered=clustered) as url:
        yield url
