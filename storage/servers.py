"""The servers of the store: one, or the nodes of a Cluster. Which of both it is, only this module knows.

A Service's keys have one hash tag, so one primary has them all. Its functions run only there: they name one key and use
others, and a Cluster moves keys that are not named without a word. So a slot that is half moved is not used at all.
"""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Iterable
from contextlib import suppress
from typing import Any, NamedTuple, cast

import redis
from redis.backoff import NoBackoff
from redis.cluster import ClusterNode, RedisCluster
from redis.exceptions import ClusterDownError, ConnectionError, MovedError, ResponseError, TimeoutError
from redis.retry import Retry

#: If the store does not answer, a webhook must fail within 1.5 s, so that the carrier can still retry.
SOCKET_TIMEOUT_SECONDS = 1.0
#: A slot moves once, to one node. Several answers of this kind only come while a Cluster is being rebuilt.
MOST_MOVES = 4
#: How long a change waits for its replicas: a part of the time that a webhook has.
WAIT_MS = 500
#: Of one process to one node, for plain commands. Each thread uses one at a time.
MOST_CONNECTIONS = 1024


class Server(NamedTuple):
    """`name`: host and port, for people. `client`: may be used by all threads of a Cluster's process."""

    name: str
    is_primary: bool
    client: redis.Redis


def connect(url: str, timeout: float | None = SOCKET_TIMEOUT_SECONDS) -> redis.Redis:
    """A client that never repeats a command by itself. With its defaults redis-py may run one up to eleven times."""
    return redis.Redis.from_url(
        url, protocol=2, socket_timeout=timeout, socket_connect_timeout=1.0, retry=Retry(NoBackoff(), 0)
    )


def is_cluster(client: redis.Redis) -> bool:
    """Whether this server is a node of a Cluster, also of one that is not formed yet."""
    return bool(client.info("cluster").get("cluster_enabled"))


def find_servers(url: str, replicas: int = 0) -> Servers:
    """`url`: of a single server, or of any node of a Cluster. `replicas`: that must have what a function changed.

    Raises redis' errors.
    """
    single = SingleServer(url, replicas)
    return Cluster(url, replicas) if is_cluster(single.client()) else single


def _exchange(line: Any, command: tuple[str | int, ...], replicas: int) -> Any:
    """Sends a command on this connection. With `replicas`, WAIT goes with it: no second round trip."""
    if not replicas:
        line.send_command(*command)
        return line.read_response()
    line.send_packed_command(line.pack_commands((command, ("WAIT", replicas, WAIT_MS))))
    try:
        reply = line.read_response()
    except ResponseError:
        line.read_response()
        raise
    if line.read_response() < replicas:
        raise ResponseError("NOREPLICAS too few replicas have the change in time")
    return reply


class Servers(ABC):
    """What Store needs of its servers. Each method raises redis' errors."""

    @abstractmethod
    def client(self) -> redis.Redis:
        """For plain commands of this thread."""

    @abstractmethod
    def call(self, key: str, *command: str | int) -> Any:
        """One command on the server with this key. redis-py's own call takes longer than the round trip."""

    @abstractmethod
    def holding(self, key: str) -> redis.Redis:
        """A client of the server with this key."""

    @abstractmethod
    def all(self) -> list[Server]:
        """Primaries first."""

    @abstractmethod
    def together(self, keys: Iterable[str]) -> list[list[str]]:
        """The keys in groups: one for each server that has any."""

    @abstractmethod
    def layout(self) -> str:
        """Which server has which keys, as a text to compare; empty while keys are moving."""

    @abstractmethod
    def ping(self) -> None:
        """One primary that answers is enough."""

    @abstractmethod
    def look_again(self) -> None:
        """After a failover the same address may lead to another server, and a slot may be elsewhere."""

    @abstractmethod
    def start_again(self) -> None:
        """All nodes that were known are gone: they are looked for at the setting's address."""

    @abstractmethod
    def disconnect(self) -> None:
        """Closes the connections of this thread and those that all threads use."""

    def primaries(self) -> list[Server]:
        return [server for server in self.all() if server.is_primary]


class SingleServer(Servers):
    """One connection for each thread."""

    def __init__(self, url: str, replicas: int = 0) -> None:
        self._url = url
        self._replicas = replicas
        self._local = threading.local()

    def client(self) -> redis.Redis:
        """This thread's own connection. It costs half as much as one from a pool for each command."""
        found: redis.Redis | None = getattr(self._local, "client", None)
        if found is None:
            found = connect(self._url).client()  # type: ignore[no-untyped-call]
            self._local.client = found
        return found

    def call(self, key: str, *command: str | int) -> Any:
        return _exchange(self.client().connection, command, self._replicas)

    def holding(self, key: str) -> redis.Redis:
        return self.client()

    def all(self) -> list[Server]:
        return [Server("", True, self.client())]

    def together(self, keys: Iterable[str]) -> list[list[str]]:
        return [group] if (group := list(keys)) else []

    def layout(self) -> str:
        return "single"

    def ping(self) -> None:
        self.client().ping()

    def disconnect(self) -> None:
        self.client().connection_pool.disconnect()

    def start_again(self) -> None:
        """A single server has one address."""

    def look_again(self) -> None:
        self.client().connection_pool.disconnect()


class Cluster(Servers):
    """redis-py knows the topology and runs plain commands. Functions go over connections of this thread, one a node."""

    def __init__(self, url: str, replicas: int = 0) -> None:
        self._url = url
        self._replicas = replicas
        self._local = threading.local()
        self._answered = ""
        self._known: Any = None

    @property
    def _redis(self) -> Any:
        if self._known is None:
            self._known = self._find()
        return self._known

    def _find(self) -> Any:
        # A part of the Cluster that is lost must not stop the others.
        return RedisCluster.from_url(
            self._url, protocol=2, socket_timeout=SOCKET_TIMEOUT_SECONDS, socket_connect_timeout=1.0,
            retry=Retry(NoBackoff(), 0), require_full_coverage=False, max_connections=MOST_CONNECTIONS,
        )  # fmt: skip

    def client(self) -> redis.Redis:
        """It has the same commands, but is of another class."""
        return cast(redis.Redis, self._redis)

    def call(self, key: str, *command: str | int) -> Any:
        """Follows MOVED, but not ASK, which means that a part of the keys is already elsewhere."""
        for _ in range(MOST_MOVES):
            node = self._redis.get_node_from_key(key)
            try:
                return _exchange(self._line(node), command, self._replicas)
            except MovedError as error:
                self._redis.nodes_manager.move_slot(error)
            except (ConnectionError, TimeoutError, ClusterDownError):
                # A replica may have taken over: another node knows.
                self._redis.nodes_manager.initialize(last_failed_node_name=node.name)
                raise
        raise ClusterDownError("the nodes do not agree on who has this key")

    def _line(self, node: ClusterNode) -> redis.Connection:
        lines: dict[str, redis.Connection] = self._local.__dict__
        line = lines.get(node.name)
        if line is None:
            pool = self._redis.get_redis_connection(node).connection_pool
            line = lines[node.name] = pool.connection_class(**pool.connection_kwargs)
        return line

    def holding(self, key: str) -> redis.Redis:
        return cast(redis.Redis, self._redis.get_redis_connection(self._redis.get_node_from_key(key)))

    def all(self) -> list[Server]:
        nodes = [(True, node) for node in self._redis.get_primaries()]
        nodes += [(False, node) for node in self._redis.get_replicas()]
        return [Server(node.name, first, self._redis.get_redis_connection(node)) for first, node in nodes]

    def together(self, keys: Iterable[str]) -> list[list[str]]:
        groups: dict[str, list[str]] = {}
        for key in keys:
            slot: list[ClusterNode] = self._redis.nodes_manager.slots_cache.get(self._redis.keyslot(key), ())
            groups.setdefault(slot[0].name if slot else "", []).append(key)
        return list(groups.values())

    def layout(self) -> str:
        found = [_own_slots(server.client) for server in self.primaries()]
        return "" if any(moving for _, moving in found) else "\n".join(sorted(text for text, _ in found))

    def ping(self) -> None:
        """Asks first who answered last: a node that hangs takes a second."""
        for server in sorted(self.primaries(), key=lambda server: server.name != self._answered):
            with suppress(ConnectionError, TimeoutError):
                server.client.ping()
                self._answered = server.name
                return
        raise ConnectionError("no primary answers")

    def disconnect(self) -> None:
        for line in self._local.__dict__.values():
            line.disconnect()
        self._redis.disconnect_connection_pools()

    def start_again(self) -> None:
        self._known = None

    def look_again(self) -> None:
        self._redis.nodes_manager.initialize()


def _own_slots(node: Any) -> tuple[str, bool]:
    """The slots of this node as a text; whether it gives or takes any."""
    nodes: dict[str, dict[str, Any]] = node.cluster("NODES")
    mine = next(found for found in nodes.values() if "myself" in found["flags"])
    return f"{mine['node_id']} {mine['slots']}", bool(mine["migrations"])
