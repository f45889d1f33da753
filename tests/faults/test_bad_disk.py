"""C9: no text is answered without being kept while the disk is full or broken; a store without its file shows it."""

from __future__ import annotations

import signal

import pytest

from tests.faults import bad_disk
from tests.faults.carrier import QUICK
from tests.faults.processes import send
from tests.faults.suite import scene
from tests.faults.traffic import Size

# Slow: starts a whole installation, and breaks its disk for half a minute.
pytestmark = pytest.mark.slow
SEED = 41


def test_nothing_is_answered_without_being_kept(tmp_path):
    if not bad_disk.can_mount(tmp_path / "probe"):
        pytest.skip("no right to mount a file system")
    found = bad_disk.run(tmp_path, SEED)
    assert not found.faults, found.told()
    assert found.injected["fill the disk"]


def test_the_checker_sees_a_store_without_its_file(tmp_path):
    """The negative control. A start with such a store is refused; here its file is switched off afterwards."""
    with scene(tmp_path, SEED, QUICK, Size(people=12, talks=10, actors=4, churn=0, call_share=0)) as here:
        here.place.client().config_set("appendonly", "no")
        for name in here.place.names:
            if name != "web":
                here.place.parts[name].stop()
        here.traffic.run(lambda: here.traffic.book.owed() >= 40)
        send(here.place.parts["store"].pid, signal.SIGKILL)
        here.place.wait_for_store()
        found = here.check(patience=3).faults()
    assert found.get("events_missing"), found
