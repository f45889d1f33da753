"""Requests on the event loop: one busy Service holds up no other, and who goes away holds no turn."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest

from proxy.edge.fair_queue import Limits
from proxy.edge.turns import Turns

#: At most three at once, two of one Service.
LIMITS = Limits((3, 3), (3, 2, 2), (8, 4))


class Road:
    """Requests that begin when they have a turn and end when the test says so."""

    def __init__(self) -> None:
        self.turns = Turns(LIMITS)
        self.begun: list[str] = []
        self.refused: list[str] = []
        self.tasks: dict[str, asyncio.Task[None]] = {}
        self.ends: dict[str, asyncio.Event] = {}

    async def come(self, *names: str) -> None:
        """A name is that of a Service, with a number behind it."""
        for name in names:
            self.ends[name] = asyncio.Event()
            self.tasks[name] = asyncio.create_task(self._request(name))
        await settled()

    async def end(self, name: str) -> None:
        self.ends[name].set()
        await settled()

    async def leave(self, name: str) -> None:
        self.tasks[name].cancel()
        with suppress(asyncio.CancelledError):
            await self.tasks[name]
        await settled()

    async def _request(self, name: str) -> None:
        if not await self.turns.take(name[0]):
            self.refused.append(name)
            return
        try:
            self.begun.append(name)
            await self.ends[name].wait()
        finally:
            self.turns.end(name[0])


async def settled() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


def test_a_busy_service_leaves_room() -> None:
    async def play() -> None:
        road = Road()
        await road.come("a1", "a2", "a3", "a4", "b1", "b2")
        assert road.begun == ["a1", "a2", "b1"]
        await road.end("b1")
        assert road.begun[3:] == ["b2"]
        await road.end("a1")
        assert road.begun[4:] == ["a3"]

    asyncio.run(play())


@pytest.mark.parametrize("who", ["a1", "a3"])
def test_who_goes_away_holds_no_turn(who: str) -> None:
    """With a turn, and while waiting for one."""

    async def play() -> None:
        road = Road()
        await road.come("a1", "a2", "a3", "a4")
        await road.leave(who)
        await road.end("a2")
        assert set(road.begun) == {"a1", "a2", "a3", "a4"} - ({who} if who == "a3" else set())

    asyncio.run(play())


def test_who_goes_away_when_the_turn_comes() -> None:
    async def play() -> None:
        road = Road()
        await road.come("a1", "a2", "a3", "a4")
        road.ends["a1"].set()
        await asyncio.sleep(0)
        await road.leave("a3")
        await road.end("a2")
        assert "a4" in road.begun

    asyncio.run(play())


def test_too_many_that_wait_are_refused() -> None:
    async def play() -> None:
        road = Road()
        await road.come(*(f"a{number}" for number in range(8)))
        assert road.begun == ["a0", "a1"] and road.refused == ["a6", "a7"]
        await road.come("b1")
        assert road.begun[2:] == ["b1"]

    asyncio.run(play())
