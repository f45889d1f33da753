"""A real Cluster on this machine: primaries, each with a replica, from the same program as the embedded store."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import redis
from redis.crc import key_slot

from dev import store as embedded
from storage.servers import connect

SLOTS = 16384
#: A primary that does not answer for so long is replaced by its replica.
NODE_TIMEOUT_MS = 1500
LINES = (
    "cluster-enabled yes",
    f"cluster-node-timeout {NODE_TIMEOUT_MS}",
    # A lost node with its replica must not stop the others.
    "cluster-require-full-coverage no",
    "repl-diskless-sync-delay 0",
)


def wait_for(met: Callable[[], object], seconds: float = 60.0) -> None:
    ends = time.monotonic() + seconds
    while not met():
        assert time.monotonic() < ends, "it did not happen"
        time.sleep(0.02)


@dataclass
class Node:
    server: embedded.Store
    directory: Path
    bus_port: int

    @property
    def client(self) -> Any:
        return connect(self.server.url)

    @property
    def id(self) -> str:
        return str(_myself(self)["node_id"])

    def says(self, name: str) -> str:
        return str(self.client.execute_command("CLUSTER INFO")[name])


def start_node(directory: Path) -> Node:
    bus_port = embedded.free_port(0)
    lines = (*LINES, f"cluster-port {bus_port}")
    return Node(embedded.start(directory, port=embedded.free_port(0), more_lines=lines), directory, bus_port)


def restart(node: Node) -> None:
    """On the same data, at the same ports."""
    lines = (*LINES, f"cluster-port {node.bus_port}")
    node.server = embedded.start(node.directory, port=node.server.port, more_lines=lines)


class Cluster:
    """`primaries` and `replicas` are as they were at the start: the second replicates the first."""

    def __init__(self, folder: Path, primaries: int, *, replicas: bool = True) -> None:
        self.nodes = [start_node(folder / str(n)) for n in range(primaries * (1 + replicas))]
        self.primaries, self.replicas = self.nodes[:primaries], self.nodes[primaries:]
        self._form()

    @property
    def url(self) -> str:
        return self.nodes[-1].server.url

    def _form(self) -> None:
        ids = [node.id for node in self.nodes]
        for n, node in enumerate(self.nodes):
            node.client.execute_command("CLUSTER SET-CONFIG-EPOCH", n + 1)
        share = SLOTS // len(self.primaries)
        for n, node in enumerate(self.primaries):
            last = SLOTS if node is self.primaries[-1] else (n + 1) * share
            node.client.execute_command("CLUSTER ADDSLOTSRANGE", n * share, last - 1)
        for node in self.nodes:
            for other in self.nodes:
                self._introduce(node, other)
        wait_for(lambda: all(int(node.says("cluster_known_nodes")) == len(ids) for node in self.nodes))
        for primary, replica in zip(self.primaries, self.replicas, strict=False):
            wait_for(lambda primary=primary, replica=replica: follow(replica, primary.id))  # type: ignore[misc]
        wait_for(lambda: all(node.says("cluster_state") == "ok" for node in self.nodes))
        if self.replicas:
            self.wait_for_replicas()

    def _introduce(self, node: Node, other: Node) -> None:
        if node is not other:
            node.client.execute_command("CLUSTER MEET", "127.0.0.1", other.server.port, other.bus_port)

    def wait_for_replicas(self) -> None:
        """Until each primary of now has its replica, and everybody knows."""
        alive = [node for node in self.nodes if node.server.is_running()]
        wait_for(lambda: all(_is_linked(node) and _knows_replicas(node) for node in alive))

    def holder(self, key: str) -> Node:
        """The primary with this key, now."""
        return next(node for node in self.nodes if node.server.is_running() and slot_of(key) in owned(node))

    def replica_of(self, node: Node) -> Node:
        return next(other for other in self.nodes if other.server.is_running() and _follows(other, node.id))

    def stop(self) -> None:
        for node in self.nodes:
            node.server.kill()


def follow(replica: Node, primary_id: str) -> bool:
    """False while the replica does not know that node yet."""
    try:
        replica.client.execute_command("CLUSTER REPLICATE", primary_id)
    except redis.exceptions.ResponseError as error:
        assert "Unknown node" in str(error)
        return False
    return True


def _myself(node: Node) -> dict[str, Any]:
    nodes: dict[str, dict[str, Any]] = node.client.cluster("NODES")
    return next(found for found in nodes.values() if "myself" in found["flags"])


def _follows(node: Node, primary_id: str) -> bool:
    return bool(_myself(node)["master_id"] == primary_id)


def _is_linked(node: Node) -> bool:
    info = node.client.info("replication")
    return bool(info["connected_slaves"] if info["role"] == "master" else info["master_link_status"] == "up")


def _knows_replicas(node: Node) -> bool:
    return all(len(found) > 3 for found in node.client.cluster("SLOTS"))


def owned(node: Node) -> set[int]:
    """The slots of this node, as it says; none if it is a replica."""
    return {
        slot
        for first, *last in _myself(node)["slots"]
        for slot in range(int(first), int(last[0] if last else first) + 1)
    }


@contextmanager
def running(folder: Path, primaries: int = 3, *, replicas: bool = True) -> Iterator[Cluster]:
    found = Cluster(folder, primaries, replicas=replicas)
    try:
        yield found
    finally:
        found.stop()


def slot_of(key: str) -> int:
    return int(key_slot(key.encode()))


def move_at_once(nodes: Cluster, key: str, to: Node) -> None:
    """Moves the slot of this key as a whole, which Valkey does since version 9. Returns when all nodes know it."""
    slot, owner = slot_of(key), nodes.holder(key)
    owner.client.execute_command("CLUSTER", "MIGRATESLOTS", "SLOTSRANGE", slot, slot, "NODE", to.id)
    wait_for(lambda: slot in owned(to))
    alive = [node for node in nodes.nodes if node.server.is_running()]
    wait_for(lambda: all(_owner(node, slot) == to.server.port for node in alive))


def _owner(node: Node, slot: int) -> int:
    """The port of the primary that has this slot, by what `node` knows."""
    return next(int(found[2][1]) for found in node.client.cluster("SLOTS") if found[0] <= slot <= found[1])


@contextmanager
def half_moved(nodes: Cluster, key: str, *moved: str) -> Iterator[None]:
    """While the slot of this key is moved key by key; the keys `moved` are at the other node already."""
    slot, owner = slot_of(key), nodes.holder(key)
    other = next(node for node in nodes.primaries if node is not owner and node.server.is_running())
    other.client.execute_command("CLUSTER SETSLOT", slot, "IMPORTING", owner.id)
    owner.client.execute_command("CLUSTER SETSLOT", slot, "MIGRATING", other.id)
    for one in moved:
        owner.client.migrate("127.0.0.1", other.server.port, one, 0, 1000)
    try:
        yield
    finally:
        values = {one: _take(other.client, one) for one in moved}
        for node in (owner, other):
            node.client.execute_command("CLUSTER SETSLOT", slot, "STABLE")
        for one, value in values.items():
            owner.client.restore(one, 0, value)


def _take(client: redis.Redis, key: str) -> Any:
    """Reads a key that is at the node to which its slot is moving, and deletes it there."""
    with client.pipeline(transaction=False) as line:
        for act in (line.dump, line.delete):
            line.execute_command("ASKING")
            act(key)
        return line.execute()[1]
