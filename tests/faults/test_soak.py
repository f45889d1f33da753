"""C13: memory and open files do not grow under steady traffic with faults; a process that grows is seen."""

from __future__ import annotations

import pytest

from tests.faults import memory, soak

# Slow: starts a whole installation and uses it for half a minute.
pytestmark = pytest.mark.slow
SEED = 131


def test_nothing_grows(tmp_path):
    found = soak.run(tmp_path, SEED)
    assert not found.faults, found.told()


def test_growth_is_seen():
    """The negative control; and a library that is loaded late is none."""
    assert memory.increase(list(range(100, 190, 3))) > soak.SHORT_GROWTH
    assert memory.increase([100] * 15 + [110, 130] + [130] * 13) == 0
    assert memory.increase([50, 80, *[100] * 20]) == 0


def test_files_that_are_never_closed_are_seen():
    """The negative control; and connections that are opened once, and again after the store was killed, are none."""
    assert memory.increase_of_most(list(range(20, 200))) > soak.SHORT_FILES
    assert memory.increase_of_most([*[34] * 12, *[99] * 12]) == 0
    assert memory.increase_of_most([14, 30, *[99] * 10, 20, *[99] * 12]) == 0
    assert memory.increase_of_most([99] * 12 + [20] * 12) == 0
