"""With STORE_REPLICAS a function has its answer only when so many replicas have what it changed."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from typing import Any

import pytest

from dev import store as embedded
from storage import keys
from storage.store import Store, StoreUnavailable, connect
from tests.support.cluster import wait_for

SERVICE = "KS" + "1" * 32


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[embedded.Store, embedded.Store]]:
    """A single server and its replica."""
    one, other = (
        embedded.start(tmp_path_factory.mktemp(name), port=embedded.free_port(0)) for name in ("one", "other")
    )
    connect(other.url).replicaof("127.0.0.1", one.port)
    wait_for(lambda: connect(other.url).info("replication")["master_link_status"] == "up")
    yield one, other
    other.kill()
    one.kill()


def claim(store: Store, job: str) -> Any:
    return store.ring("claim_job", {"job": job, "token": "t", "lease_ms": 60_000})["claimed"]


def test_what_was_answered_is_at_the_replica(pair: tuple[embedded.Store, embedded.Store]) -> None:
    one, other = pair
    assert claim(Store(one.url, replicas=1), "a")
    assert connect(other.url).get(keys.ring("job_claim", "a")) == b"t"


def test_without_a_replica_nothing_is_answered_and_the_same_call_succeeds_later(
    pair: tuple[embedded.Store, embedded.Store],
) -> None:
    one, other = pair
    store = Store(one.url, replicas=1)
    other.process.send_signal(signal.SIGSTOP)
    try:
        with pytest.raises(StoreUnavailable, match="refuses writes"):
            claim(store, "b")
        assert claim(Store(one.url), "c")
    finally:
        other.process.send_signal(signal.SIGCONT)
    assert claim(store, "b")


def test_an_answer_that_is_an_error_leaves_the_connection_in_order(
    pair: tuple[embedded.Store, embedded.Store],
) -> None:
    one, _ = pair
    store = Store(one.url, replicas=1)
    # The functions are missing: they are loaded, and called again.
    connect(one.url).function_flush()
    assert store.service("read_service", SERVICE, {})["version"] == ""
    assert store.service("read_service", SERVICE, {})["version"] == ""
