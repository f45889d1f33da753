"""The programs in Node, with the newest SDK and the oldest that has Proxy."""

from __future__ import annotations

import pytest

# Slow: runs whole programs, with the newest and the oldest SDKs, in Python and Node.
pytestmark = pytest.mark.slow


#: Each program, and how many numbers its Service has at the start.
PROGRAMS = {
    "relay_loop": 3, "call_centre": 2, "live_calls": 2, "hotline": 1, "buying": 1, "taxi": 2, "ride_hailing": 2,
    "sitter": 2, "card_check": 2, "reminders": 2, "admin": 0, "supervisor": 2, "start_up": 0, "stickers": 3,
    "clean_up": 3, "exchange": 2,
}  # fmt: skip


@pytest.mark.parametrize("sdk", ["newest", "oldest"])
@pytest.mark.parametrize("program", PROGRAMS)
def test_program(run, node, program, sdk):
    run([node, f"node/{program}.js"], PROGRAMS[program], SDK=sdk)


def test_without_an_sdk(run, node):
    run([node, "node/transfers.js"], 2, SDK="newest")
