"""A worker's slots: a receiver with a long backlog leaves one to each receiver that waits."""

from __future__ import annotations

import pytest

from common.worker_slots import PER_RECEIVER, WAIT_SECONDS, Receiver, WorkerSlots
from tests.support.moved_time import MovedTime

BUSY, BUSY_EVENTS = Receiver("AC1", "KS1", "callback"), Receiver("AC1", "KS1", "event")
NEIGHBOUR, THIRD = Receiver("AC1", "KS2", "callback"), Receiver("AC1", "KS3", "callback")
STRANGER = Receiver("AC2", "KS9", "callback")


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> MovedTime:
    found = MovedTime()
    monkeypatch.setattr("common.worker_slots.monotonic", found)
    return found


@pytest.fixture
def slots(clock: MovedTime) -> WorkerSlots:
    """All four slots of the first account are used by one Service."""
    found = WorkerSlots(16, 4)
    assert (found.enter(BUSY), found.enter(BUSY_EVENTS)) == (PER_RECEIVER, 1)
    return found


def test_nobody_leaves_while_nobody_waits(slots: WorkerSlots) -> None:
    assert slots.enter(STRANGER) == PER_RECEIVER
    assert not any(slots.is_wanted(one) for one in (BUSY, BUSY_EVENTS, STRANGER))


def test_one_slot_is_wanted_for_one_that_waits(slots: WorkerSlots) -> None:
    assert slots.enter(NEIGHBOUR) == 0
    assert slots.is_wanted(BUSY) and slots.is_wanted(BUSY_EVENTS)
    slots.leave(BUSY)
    assert not slots.is_wanted(BUSY), "one is free now"
    assert slots.enter(BUSY) == 0, "and it is kept"
    assert slots.enter(NEIGHBOUR) == 1
    slots.leave(BUSY)
    assert slots.enter(BUSY) == 1


def test_who_has_waited_for_longest_is_first(slots: WorkerSlots) -> None:
    assert (slots.enter(NEIGHBOUR), slots.enter(THIRD), slots.enter(NEIGHBOUR)) == (0, 0, 0)
    slots.leave(BUSY)
    assert (slots.enter(THIRD), slots.enter(NEIGHBOUR), slots.enter(THIRD)) == (0, 1, 0)
    slots.leave(BUSY)
    assert slots.enter(THIRD) == 1


def test_who_asks_no_more_waits_no_more(slots: WorkerSlots, clock: MovedTime) -> None:
    assert slots.enter(NEIGHBOUR) == 0
    clock.now += WAIT_SECONDS
    assert not slots.is_wanted(BUSY)
    slots.leave(BUSY)
    assert slots.enter(BUSY) == 1


def test_another_account_wants_no_slot_of_this_one(slots: WorkerSlots) -> None:
    assert slots.enter(NEIGHBOUR) == 0
    assert slots.enter(STRANGER) == PER_RECEIVER
    assert not slots.is_wanted(STRANGER), "its slots would not help"


def test_an_account_is_not_kept_out_by_those_that_use_all_threads(clock: MovedTime) -> None:
    slots = WorkerSlots(6, 4)
    assert (slots.enter(BUSY), slots.enter(STRANGER)) == (3, 3)
    late = Receiver("AC3", "KS5", "callback")
    assert slots.enter(late) == 0
    assert slots.is_wanted(BUSY) and slots.is_wanted(STRANGER)
    slots.leave(STRANGER)
    assert (slots.enter(BUSY_EVENTS), slots.enter(late)) == (0, 1)


def test_those_that_have_nothing_to_do_any_more_keep_nobody_out(slots: WorkerSlots) -> None:
    """Another worker did their work, so they do not ask again."""
    for n in range(9):
        assert slots.enter(Receiver("AC1", f"KS1{n}", "callback")) == 0
    slots.leave(BUSY, PER_RECEIVER)
    slots.leave(BUSY_EVENTS)
    assert slots.enter(NEIGHBOUR) == 2


def test_only_services_with_work_wait_on(slots: WorkerSlots) -> None:
    assert (slots.enter(NEIGHBOUR), slots.enter(THIRD)) == (0, 0)
    slots.keep_waiting({"KS1", "KS3"})
    slots.leave(BUSY, 2)
    assert slots.enter(BUSY) == 1, "one is kept for the third"
