"""C14: everything is killed with much work in flight, and all of it is settled after the restart."""

from __future__ import annotations

import pytest

from storage.store import connect
from tests.faults import recovery, sabotage
from tests.faults.recovery import Plan

# Slow: starts a whole installation twice.
pytestmark = pytest.mark.slow
SEED = 14


def test_all_work_is_settled_after_everything_was_killed(tmp_path):
    found = recovery.run(tmp_path, SEED)
    assert not found.faults, found.told()


def test_the_check_sees_work_that_was_forgotten(tmp_path):
    """The negative control: the queued messages disappear with the processes."""

    def forget(here):
        here.place.wait_for_store()
        sabotage.forget_sends(connect(here.place.store_url))

    plan = Plan(sends=200, texts=5, under_way=10, patience=12)
    assert recovery.run(tmp_path, SEED, meanwhile=forget, plan=plan).faults["lost"]
