"""C1: people text and call while every process is killed, frozen and cut off; and the checker sees what is broken."""

from __future__ import annotations

import pytest

from tests.faults import kill_storm, sabotage
from tests.faults.carrier import QUICK
from tests.faults.suite import scene
from tests.faults.traffic import Size

# Slow: starts a whole installation and breaks it for half a minute.
pytestmark = pytest.mark.slow
SEED = 11


def test_nothing_is_lost_doubled_or_misdirected(tmp_path):
    found = kill_storm.run(tmp_path, SEED)
    assert not found.faults, found.told()
    assert sum(found.injected.values()) == kill_storm.SHORT.faults


def test_the_checker_sees_it(tmp_path):
    """The negative control: each kind of damage is done once, and each must be reported."""
    with scene(tmp_path, SEED, QUICK, Size(people=12, talks=10, actors=4, churn=0, call_share=0)) as here:
        with sabotage.damaged(sabotage.forget_outcomes, here.place.store_url):
            here.traffic.run(lambda: here.traffic.book.owed() >= 100)
        sabotage.repeat_under_new_sid(here)
        sabotage.send_to_a_stranger(here)
        for name in here.place.names:
            if name != "web":
                here.place.parts[name].stop()
        sabotage.forget_a_send(here)
        sabotage.write_number(here)
        sabotage.alter_record(here)
        found = here.check(patience=3).faults()
    expected = {"lost", "doubled", "misdirected", "leaks", "events_missing", "events_doubled", "chain_broken"}
    assert expected <= found.keys(), found
