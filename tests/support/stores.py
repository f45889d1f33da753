"""The store of the tests: a single server or, with `pytest --cluster`, a Cluster of 3 primaries and 3 replicas."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dev import store
from storage.servers import find_servers
from storage.store import Store
from tests.support import cluster

#: URL of each Cluster -> URL of the single server for its queues.
QUEUES: dict[str, str] = {}


@contextmanager
def serving(folder: Path, *, clustered: bool) -> Iterator[str]:
    """On disk as in production. It is never emptied by itself: use unique names."""
    server = store.start(folder / "single", port=store.free_port(0))
    if not clustered:
        yield server.url
    else:
        with cluster.running(folder / "cluster") as found:
            QUEUES[found.url] = server.url
            yield found.url
    server.stop()


def empty(url: str) -> None:
    """With its queues."""
    for one in (url, QUEUES.get(url, url)):
        find_servers(one).client().flushall()


def calls(store: Store, command: str) -> int:
    """How often any primary has run a command."""
    return sum(info.get(f"cmdstat_{command}", {}).get("calls", 0) for info in store.infos("commandstats"))


def queues(url: str) -> dict[str, str]:
    """The settings that a Cluster needs besides REDIS_URL."""
    return {"QUEUE_URL": QUEUES[url]} if url in QUEUES else {}


def database(url: str, number: int) -> str:
    """Another database of the same server, for a test that must find nothing. A Cluster has one, which is emptied."""
    if url not in QUEUES:
        return f"{url.rsplit('/', 1)[0]}/{number}"
    empty(url)
    return url
