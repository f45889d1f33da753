"""C3: what the store does to itself loses nothing; a store that evicts keys does, and the checker sees it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.faults import store_chaos
from tests.faults.carrier import AT_ONCE, QUICK
from tests.faults.suite import scene
from tests.faults.traffic import Size

# Slow: starts a whole installation twice, and breaks its store for half a minute.
pytestmark = pytest.mark.slow
SEED = 31


def test_nothing_is_lost(tmp_path):
    found = store_chaos.run(tmp_path, SEED)
    assert not found.faults, found.told()
    assert len(found.injected) == 7, found.injected


def test_the_checker_sees_a_store_that_evicts(tmp_path):
    """The negative control. A start with this policy is refused; here it is set afterwards."""
    size = Size(people=12, talks=10, actors=4, churn=0, call_share=0)
    with scene(tmp_path, SEED, replace(QUICK, pauses=AT_ONCE), size) as here:
        client = here.place.client()
        here.traffic.run(lambda: here.traffic.book.owed() >= 20)
        client.config_set("maxmemory-policy", "allkeys-random")
        client.config_set("maxmemory", int(client.info("memory")["used_memory"]) - 20_000)
        here.traffic.run(lambda: here.traffic.book.owed() >= 60)
        found = here.check(patience=3).faults()
    assert found.get("lost") and found.get("events_missing"), found
