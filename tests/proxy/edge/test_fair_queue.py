"""The order in which requests are worked on."""

from __future__ import annotations

from proxy.edge.fair_queue import ALONE_SECONDS, FairQueue, Limits

LIMITS = Limits(threads=(6, 4), at_once=(3, 2, 2), waiting=(6, 4))


class Line:
    """A queue of named requests; begins and ends them as threads would."""

    def __init__(self, limits: Limits = LIMITS) -> None:
        self.now = 100.0
        self.queue = FairQueue(limits, lambda: self.now)

    def put(self, *names: str) -> list[bool]:
        return [self.queue.put(name, lambda: None) for name in names]

    def begin(self) -> list[str]:
        return [found.name for found in iter(self.queue.begin, None)]


def test_queues_take_turns() -> None:
    line = Line(Limits((9, 9), (1, 1, 1), (9, 9)))
    line.put(*"aaaabbc")
    order = line.begin()
    while order[-1:]:
        line.queue.end(order[-1])
        begun = line.begin()
        if not begun:
            break
        order += begun
    assert "".join(order) == "abcabaa"


def test_one_queue_leaves_room_for_others() -> None:
    line = Line()
    line.put(*"aaaa")
    assert line.begin() == ["a", "a"]
    line.put(*"bb")
    assert line.begin() == ["b"]
    line.queue.end("a")
    # The turn of b came first: a was at its share.
    assert line.begin() == ["b"]


def test_a_queue_that_is_alone_has_a_larger_share() -> None:
    line = Line(Limits((9, 9), (9, 3, 1), (9, 9)))
    line.put(*"aaaaa")
    assert line.begin() == ["a", "a", "a"]
    line.put("b", "a")
    for _ in range(2):
        line.queue.end("a")
    # Beside another one it comes down to its smaller share.
    assert line.begin() == ["b"]
    line.queue.end("a")
    assert line.begin() == ["a"]
    line.now += ALONE_SECONDS
    line.put("a")
    assert line.begin() == ["a", "a"]


def test_who_waits_for_somebody_else_makes_room() -> None:
    line = Line()
    line.put(*"aaaa", "b")
    assert line.begin() == ["a", "b", "a"]
    line.queue.pause("a")
    assert line.begin() == ["a"]
    line.queue.pause("a")
    assert line.begin() == ["a"]
    # One who goes on is not held up, even beyond the share; then the next one waits for two ends.
    line.queue.resume("a")
    line.put("a")
    line.queue.end("a")
    assert line.begin() == []
    line.queue.end("a")
    assert line.begin() == ["a"]


def test_the_threads_of_one_queue_are_limited_too() -> None:
    line = Line(Limits((6, 4), (3, 2, 2), (9, 9)))
    line.put(*"aaaaaa")
    for _ in range(2):
        for name in line.begin():
            line.queue.pause(name)
    assert line.begin() == []
    line.put("b")
    assert line.begin() == ["b"]


def test_what_waits_is_limited() -> None:
    line = Line()
    assert line.put(*"aaaaa") == [True] * 4 + [False]
    assert line.put(*"bbb") == [True] * 2 + [False]
    # Of all six places none is left; but who has nothing waiting is taken.
    assert line.put(*"cc") == [True, False]


def test_nothing_is_kept_of_a_queue_that_is_over() -> None:
    line = Line()
    for number in range(100):
        line.put(f"{number}")
        for name in line.begin():
            line.queue.pause(name)
            line.queue.resume(name)
            line.queue.end(name)
    assert not line.queue._queues and not line.queue._turns
    assert line.queue._working == line.queue._busy == line.queue._count == 0
