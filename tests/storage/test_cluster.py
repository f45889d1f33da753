"""A Cluster as the store: found by itself, each function where its keys are, and what is refused at the start."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

import pytest

from common import release
from common.assembly import build
from common.config import ConfigError, Settings
from common.starting import JOBS, check_stores
from common.store_memory import StoreMemory
from dev.processes import wait_until
from storage import keys, library, releases
from storage.store import Store, StoreUnavailable, connect
from tests.storage.test_start import settings
from tests.support import cluster
from tests.support.cluster import Cluster, Node

#: Each primary has some of them.
SERVICES = [f"KS{n:032x}" for n in range(40)]
NOTHING = {"version": "", "notices": {}, "content": {}}


@pytest.fixture(scope="module")
def nodes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Three primaries without replicas, whose settings the tests change. Of two, one alone would serve nothing."""
    with cluster.running(tmp_path_factory.mktemp("cluster"), primaries=3, replicas=False) as found:
        yield found


@pytest.fixture
def store(nodes: Cluster) -> Store:
    found = Store(nodes.url)
    found.client.flushall()
    for node in nodes.nodes:
        node.client.function_flush()
    return found


@pytest.fixture
def given(nodes: Cluster, valkey_url: str) -> Settings:
    return dataclasses.replace(settings(nodes.url), queue_url="redis://127.0.0.1:1/0")


def read(store: Store, service_sid: str) -> object:
    return store.service("read_service", service_sid, {})


def libraries(node: Node) -> set[str]:
    return {row[row.index(b"library_name") + 1].decode() for row in node.client.function_list()}


def test_a_start_loads_the_functions_into_every_primary(nodes: Cluster, store: Store, given: Settings) -> None:
    build(given)
    assert [libraries(node) for node in nodes.nodes] == [{library.name()}] * 3
    assert store.client.zrange(keys.ring("libraries"), 0, -1) == [library.name().encode()]


def test_a_primary_without_the_functions_gets_them_at_the_first_call(nodes: Cluster, store: Store) -> None:
    store.load()
    nodes.nodes[0].client.function_flush()
    assert [read(store, sid) for sid in SERVICES] == [NOTHING] * len(SERVICES)
    assert [libraries(node) for node in nodes.nodes] == [{library.name()}] * 3


def test_texts_are_sent_where_functions_are_forbidden(nodes: Cluster, store: Store) -> None:
    texts = Store(nodes.url, functions=False)
    assert [read(texts, sid) for sid in SERVICES] == [NOTHING] * len(SERVICES)
    assert [libraries(node) for node in nodes.nodes] == [set()] * 3


def test_a_release_removes_old_libraries_from_every_primary(nodes: Cluster, store: Store, given: Settings) -> None:
    for node in nodes.nodes:
        for name in ("maskline_a", "maskline_b"):
            text = f"server.register_function('{name}_f', function() return 1 end)"
            node.client.function_load(f"#!lua name={name}\n{text}")
    store.client.zadd(keys.ring("libraries"), {"maskline_a": 2, "maskline_b": 1})
    assert release.release(given) == ["maskline_b"]
    assert [libraries(node) for node in nodes.nodes] == [{library.name(), "maskline_a"}] * 3
    assert releases.remove_old(store) == []


def test_services_are_found_on_all_nodes(store: Store) -> None:
    some = SERVICES[::3]
    for sid in some:
        store.client.set(keys.service("service", sid), "{}")
    assert set(store.services_with(SERVICES, "due", "service")) == set(some)
    assert len(store.servers.together([keys.service("service", sid) for sid in SERVICES])) == 3


def test_every_key_of_all_nodes_is_read_unless_some_are_moving(nodes: Cluster, store: Store) -> None:
    names = {keys.service("service", sid).encode() for sid in SERVICES}
    for name in names:
        store.client.set(name, "{}")
    assert set(store.every_key(10)) == names
    key = keys.service("service", SERVICES[0])
    first = nodes.holder(key)
    second = next(node for node in nodes.nodes if node is not first)
    with cluster.half_moved(nodes, key), pytest.raises(StoreUnavailable, match="slots of the Cluster are moving"):
        list(store.every_key(10))
    with pytest.raises(StoreUnavailable, match="slots of the Cluster are moving"):
        for _ in store.every_key(10):
            if nodes.holder(key) is first:
                cluster.move_at_once(nodes, key, second)
    cluster.move_at_once(nodes, key, first)


def test_a_slot_that_moves_at_once_is_followed(nodes: Cluster, store: Store) -> None:
    sid = SERVICES[0]
    assert read(store, sid) == NOTHING
    for _ in range(2):
        before = nodes.holder(keys.service("service", sid))
        other = next(node for node in nodes.nodes if node is not before)
        cluster.move_at_once(nodes, keys.service("service", sid), other)
        assert read(store, sid) == NOTHING
        assert nodes.holder(keys.service("service", sid)) is other


def test_a_slot_whose_keys_are_moved_one_by_one_is_refused_before_anything_is_done(
    nodes: Cluster, store: Store
) -> None:
    sid = SERVICES[0]
    key = keys.service("service", sid)
    store.client.set(key, "{}")
    with cluster.half_moved(nodes, key), pytest.raises(StoreUnavailable, match="are being moved"):
        read(store, sid)
    # Also if the key that the call names is already at the other node, which would answer without the others.
    with cluster.half_moved(nodes, key, key), pytest.raises(StoreUnavailable, match="are being moved"):
        read(store, sid)
    assert read(store, sid) == {**NOTHING, "service": {}}


def test_a_lost_primary_stops_only_its_own_services(nodes: Cluster, store: Store) -> None:
    store.load()
    for sid in SERVICES:
        store.client.set(keys.service("service", sid), "{}")
    lost = nodes.nodes[1]
    there = [sid for sid in SERVICES if nodes.holder(keys.service("service", sid)) is not lost]
    lost.server.process.send_signal(19)
    try:
        assert set(store.services_with(SERVICES, "service")) == set(there)
        assert answers(store, there[0])
        store.ping()
        assert len(store.infos("memory")) == 2
        gone = next(sid for sid in SERVICES if sid not in there)
        with pytest.raises(StoreUnavailable):
            read(store, gone)
    finally:
        lost.server.process.send_signal(18)
    cluster.wait_for(lambda: answers(store, gone))


def answers(store: Store, sid: str) -> bool:
    try:
        return bool(read(store, sid))
    except StoreUnavailable:
        return False


def test_each_node_must_be_durable(nodes: Cluster, store: Store, given: Settings) -> None:
    client, name = nodes.nodes[1].client, f"127.0.0.1:{nodes.nodes[1].server.port}"
    client.config_set("appendfsync", "everysec")
    try:
        with pytest.raises(ConfigError, match=f"node {name} has appendfsync everysec"):
            build(given)
    finally:
        client.config_set("appendfsync", "always")


def test_the_fullest_primary_decides_what_is_refused(nodes: Cluster, store: Store, given: Settings) -> None:
    rt, client = build(given), nodes.nodes[1].client
    usual = client.config_get("maxmemory")["maxmemory"]
    client.config_set("maxmemory", int(client.info("memory")["used_memory"]) * 10 // 8)
    try:
        assert rt.part(StoreMemory).read().percent >= 75
    finally:
        client.config_set("maxmemory", usual)


@pytest.mark.parametrize("names", [("redis_url",), JOBS])
def test_the_queues_need_a_server_of_their_own(nodes: Cluster, names: tuple[str, ...]) -> None:
    with pytest.raises(ConfigError, match=r"REDIS_URL: the store is a Cluster.* Write: QUEUE_URL=redis://"):
        check_stores(settings(nodes.url), names)


def test_a_cluster_is_no_place_for_queues(nodes: Cluster, valkey_url: str) -> None:
    given = dataclasses.replace(settings(valkey_url), queue_url=nodes.nodes[0].server.url)
    with pytest.raises(ConfigError, match="QUEUE_URL: the store is a Cluster"):
        check_stores(given, JOBS)


def test_a_cluster_has_one_database(nodes: Cluster, given: Settings) -> None:
    with pytest.raises(ConfigError, match=r"database .*Write: REDIS_URL="):
        check_stores(dataclasses.replace(given, redis_url=nodes.url.replace("/0", "/3")))


def test_a_cluster_without_slots_is_waited_for(tmp_path: Any, given: Settings) -> None:
    node = cluster.start_node(tmp_path)
    try:
        with pytest.raises(ConfigError, match="the Cluster is not formed yet"):
            check_stores(dataclasses.replace(given, redis_url=node.server.url))
    finally:
        node.server.kill()


def test_nodes_that_are_all_new_are_found_by_the_address(tmp_path: Any) -> None:
    with cluster.running(tmp_path / "one", primaries=1, replicas=False) as first:
        store = Store(first.url)
        assert read(store, SERVICES[0]) == NOTHING
    with pytest.raises(StoreUnavailable):
        read(store, SERVICES[0])
    with cluster.running(tmp_path / "two", primaries=1, replicas=False) as second:
        store.servers._url = second.url  # type: ignore[attr-defined]
        cluster.wait_for(lambda: answers(store, SERVICES[0]))
        assert connect(second.url).dbsize() == 0


def test_before_a_fork_no_connection_stays_open(nodes: Cluster) -> None:
    before = connections(nodes)
    store = Store(nodes.url)
    found = [read(store, sid) for sid in SERVICES]
    assert connections(nodes) > before
    store.disconnect()
    assert wait_until(lambda: connections(nodes) == before, 10)
    assert [read(store, sid) for sid in SERVICES] == found


def connections(nodes: Cluster) -> int:
    return sum(len(node.client.client_list()) for node in nodes.nodes)
