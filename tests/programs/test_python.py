"""The programs in Python, with the newest SDK and with the oldest SDK that supports them."""

from __future__ import annotations

import pytest

from tests.programs import sdks
from tests.programs.sdks import COUNTING, NEWEST, OLDEST

# Slow: runs whole programs, with the newest and the oldest SDKs, in Python and Node.
pytestmark = pytest.mark.slow


#: Each program, how many numbers its Service has at the start, and the oldest SDK that it can be written for.
PROGRAMS = (
    ("relay_loop", 3, COUNTING),
    ("call_centre", 2, OLDEST),
    ("live_calls", 2, COUNTING),
    ("hotline", 1, COUNTING),
    ("buying", 1, COUNTING),
    ("taxi", 2, OLDEST),
    ("ride_hailing", 2, OLDEST),
    ("sitter", 2, OLDEST),
    ("card_check", 2, OLDEST),
    ("reminders", 2, OLDEST),
    ("admin", 0, COUNTING),
    ("supervisor", 2, OLDEST),
    ("start_up", 0, OLDEST),
    ("stickers", 3, COUNTING),
    ("clean_up", 3, OLDEST),
    ("exchange", 2, OLDEST),
)


@pytest.mark.parametrize(
    ("program", "numbers", "sdk"),
    [(program, numbers, sdk) for program, numbers, oldest in PROGRAMS for sdk in (NEWEST, oldest)],
)
def test_program(run, program, numbers, sdk):
    run([sdks.python(sdk), "-m", f"python.{program}"], numbers)


def test_without_an_sdk(run):
    run([sdks.python(NEWEST), "-m", "python.transfers"], 2)
