"""The suites: what each one promises, its test, and what it does not show."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from tests.faults import bad_disk, kill_storm, overload, power_cut, recovery, soak, store_chaos
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
    "C2": Suite(
        "After power loss nothing is forgotten that was answered",
        "test_power_cut.py",
        power_cut.run,
        "Only the store's append-only file is cut, at the last fsync. The record's file is not: it is written anew "
        "from the store, which forgets an event only after the record has it",
    ),
    "C3": Suite(
        "A store that hangs, is full, is cut off, forgets our functions or ends its file in half a command loses "
        "nothing; an empty store relays nothing to anybody",
        "test_store_chaos.py",
        store_chaos.run,
        "An emptied store is not filled again from the record: Services and Sessions must be created again",
    ),
    "C8": Suite(
        "A backlog of sends and an app far above its limit keep no text of a person waiting; the API refuses with 429",
        "test_overload.py",
        overload.run,
        "One machine, loopback: no figure about a network",
    ),
    "C9": Suite(
        "With a full or broken disk no text is answered without being kept, and everything goes on afterwards",
        "test_bad_disk.py",
        bad_disk.run,
        "A slow disk is not tried. While the disk is full, the store is down and the carrier tries again",
    ),
    "C13": Suite(
        "Under steady traffic with faults the memory and the open files of the processes do not grow",
        "test_soak.py",
        soak.run,
        "Minutes, not days",
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
