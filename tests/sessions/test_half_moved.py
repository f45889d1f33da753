"""In a Cluster that moves a slot key by key, every function refuses before it changes anything."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from storage import library
from storage.store import Store, StoreUnavailable
from tests.sessions import service_life
from tests.sessions.real_runtime import TestClock, build
from tests.sessions.test_scripts import dump
from tests.support import cluster, stores
from tests.support.cluster import Cluster

# Slow: each function is also tried while its slot is half moved.
pytestmark = pytest.mark.slow


class HalfMoving(Store):
    """Each function is called once while its slot is half moved, then as usual."""

    nodes: Cluster
    refused: set[str]

    def _evaluate(self, script: str, tag_key: str, text: str) -> bytes:
        before = dump(self)
        with cluster.half_moved(self.nodes, tag_key), pytest.raises(StoreUnavailable, match="being moved"):
            self.guard(lambda: super(HalfMoving, self)._evaluate(script, tag_key, text))
        assert dump(self) == before, script
        self.refused.add(script)
        return super()._evaluate(script, tag_key, text)


@pytest.fixture
def nodes(tmp_path_factory: pytest.TempPathFactory, valkey_url: str) -> Iterator[Cluster]:
    with cluster.running(tmp_path_factory.mktemp("cluster"), primaries=3, replicas=False) as found:
        stores.QUEUES[found.url] = stores.QUEUES.get(valkey_url, valkey_url)
        yield found


def test_every_function_refuses(nodes: Cluster) -> None:
    clock = TestClock()
    rt = build(nodes.url, clock)
    store = rt.store = HalfMoving(nodes.url, clock)
    store.nodes, store.refused = nodes, set()
    service = service_life.create(rt)
    service_life.run_scripts(rt, service, clock)
    service_life.delete(rt, service)
    assert store.refused == set(library.functions())
