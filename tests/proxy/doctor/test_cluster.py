"""What `flask doctor` says of a Cluster: its size, its fullest primary, and nodes that miss something."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import pytest

from common.assembly import build
from common.config import Settings
from proxy.doctor import store as checks
from proxy.doctor.finding import BAD, GOOD, WARNING, CheckContext, Finding
from tests.storage.test_start import settings
from tests.support import cluster, stores
from tests.support.cluster import Cluster

# Slow: it waits until a Cluster has noticed that a node is away.
pytestmark = pytest.mark.slow


@pytest.fixture
def nodes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with cluster.running(tmp_path_factory.mktemp("cluster")) as found:
        yield found


@pytest.fixture
def given(nodes: Cluster, valkey_url: str) -> Settings:
    return dataclasses.replace(settings(nodes.url), queue_url=stores.QUEUES.get(valkey_url, valkey_url))


def findings(given: Settings) -> list[Finding]:
    context = CheckContext()
    context.__dict__["settings"] = given
    return [*checks.check(context), *checks.check_time(context)]


def test_what_it_says(nodes: Cluster, given: Settings) -> None:
    build(given)
    store, time = findings(given)
    assert store.state == time.state == GOOD
    assert "Cluster of 3 primaries and 3 replicas, in the fullest primary" in store.text
    alone = nodes.primaries[0]
    nodes.replicas[0].server.kill()
    cluster.wait_for(lambda: alone.client.info("replication")["connected_slaves"] == 0)
    told = _told(given)
    name = f"127.0.0.1:{alone.server.port}"
    assert told[f"the primary {name} has no replica: if it is lost, so are its Services"] == WARNING
    nodes.primaries[1].server.process.send_signal(19)
    try:
        away = f"the node 127.0.0.1:{nodes.primaries[1].server.port} is away"
        assert any(text.startswith(away) and state == BAD for text, state in _told(given).items())
    finally:
        nodes.primaries[1].server.process.send_signal(18)


def _told(given: Settings) -> dict[str, str]:
    return {finding.text: finding.state for finding in findings(given)}
