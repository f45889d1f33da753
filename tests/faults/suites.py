"""The suites: what each one promises, its test, and what it does not show."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from tests.faults import kill_storm, recovery
from tests.faults.outcome import Outcome


class Suite(NamedTuple):
    """`run` takes a folder, a seed and a share of the long variant's size: 0 is the short variant."""

    promise: str
    test: str
    run: Callable[..., Outcome]
    remains: str


SUITES = {
    "C1": Suite(
        "A killed, frozen or restarted process, in any number and order, loses, doubles or misdirects nothing",
        "test_kill_storm.py",
        kill_storm.run,
        "A call whose webhook got no answer in all of the carrier's tries is not connected: its caller hears the "
        "carrier's sentence and calls again",
    ),
    "C14": Suite(
        "After everything was killed at one moment with much work in flight, the installation starts again by itself "
        "and settles all of it",
        "test_recovery.py",
        recovery.run,
        "A send that a killed worker had claimed and not begun waits 150 to 170 s, with those behind it in the same "
        "conversation; the short variant does not wait for them",
    ),
}
