"""C13: memory and open files do not grow under steady traffic with faults; a process that grows is seen."""

from __future__ import annotations

import pytest

from tests.faults import memory, soak

# Slow: starts a whole installation and uses it for half a minute.
pytestmark = pytest.mark.slow
SEED = 131


def test_nothing_grows(tmp_path):
    found = soak.run(tmp_path, SEED)
    assert not found.faults, (found.faults, found.examples, found.injected)


def test_growth_is_seen():
    """The negative control."""
    assert memory.increase([100] * 10 + [110, 120, 130, 140] * 3 + [150] * 8) > soak.SHORT_GROWTH
    assert memory.increase([50, 80, *[100] * 20]) == 0
