"""C2: nothing that was answered is forgotten after power loss; with a store that writes out once a second it is."""

from __future__ import annotations

import struct

import pytest

from tests.faults import power_cut
from tests.faults.carrier import QUICK
from tests.faults.suite import scene
from tests.faults.traffic import Size

# Slow: starts a whole installation and cuts its power.
pytestmark = pytest.mark.slow
SEED = 21


@pytest.fixture(autouse=True)
def compiler():
    if not power_cut.can_build():
        pytest.skip("no C compiler")


def test_nothing_that_was_answered_is_forgotten(tmp_path):
    found = power_cut.run(tmp_path, SEED)
    assert not found.faults, found.told()
    assert found.injected["power cut"] == 2


@pytest.mark.parametrize(("note", "kept"), [(struct.pack("q", 4), 4), (struct.pack("q", 9), 6), (b"", 0), (None, 0)])
def test_a_file_is_cut_at_what_was_written_out(tmp_path, note, kept):
    """An empty note: the store was killed while it made the first."""
    file, sizes = tmp_path / "appendonlydir" / "a.incr.aof", tmp_path / "sizes"
    for folder in (file.parent, sizes):
        folder.mkdir()
    file.write_bytes(b"abcdef")
    if note is not None:
        (sizes / str(file.stat().st_ino)).write_bytes(note)
    assert power_cut.undo_unsynced(tmp_path, sizes) == 6 - kept
    assert file.read_bytes() == b"abcdef"[:kept]


def test_the_checker_sees_what_everysec_forgets(tmp_path):
    """The negative control: the last texts before the cut were answered, and the store has forgotten them."""
    size = Size(people=12, talks=10, actors=4, churn=0, call_share=0)
    with (
        power_cut.noted_sizes(tmp_path / "shim") as sizes,
        scene(tmp_path / "place", SEED, QUICK, size, fsync="everysec", STORE_DURABILITY="everysec") as here,
    ):
        power_cut.PowerCuts.sizes = sizes
        for name in here.place.names:
            if name != "web":
                here.place.parts[name].stop()
        client = here.place.client()
        here.traffic.run(lambda: here.traffic.book.owed() >= 30)
        # From here on the store does not write out at all, so that the cut always meets something.
        client.config_set("appendfsync", "no")
        here.traffic.run(lambda: here.traffic.book.owed() >= 60)
        power_cut.PowerCuts(here.place, SEED, 1.0).cut()
        here.place.wait_for_web()
        found = here.check(patience=3).faults()
    assert found.get("events_missing"), found
