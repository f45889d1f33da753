"""The programs in Node, with the newest SDK and the oldest that has Proxy."""

from __future__ import annotations

import pytest

#: Program, numbers that it finds in its Service.
PROGRAMS = {"call_centre": 2, "taxi": 2, "ride_hailing": 2, "admin": 0, "start_up": 0, "exchange": 2}


@pytest.mark.parametrize("sdk", ["newest", "oldest"])
@pytest.mark.parametrize("program", PROGRAMS)
def test_program(run, node, program, sdk):
    run([node, f"node/{program}.js"], PROGRAMS[program], SDK=sdk)
