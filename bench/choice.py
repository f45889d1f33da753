"""T4: the cost of choosing a number as the pool grows and as a person holds more numbers. Only the script, no HTTP."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from typing import Any

from bench.report import Figure, interleaved, say
from bench.world import World
from common.model import Service
from common.sids import new
from pool import selection

SMALL, LARGE = 500, 100_000
HELD = (100, 16)
CELLS = selection.cell_groups("+12125550100", "country", "voice-and-message")
CROWD = 50


def measure(world: World, live: int, rounds: int, count: int) -> list[Figure]:
    """`live` Sessions in each of two Services; then `count` more are opened in each round."""
    world.fsync("everysec")
    began = time.perf_counter()
    small, large = world.service(SMALL), world.service(LARGE)
    for service in (small, large):
        for _ in range(0, live, 10_000):
            world.bulk("open_session", service, (_opening() for _ in range(min(live, 10_000))))
            world.forget_events(service)
    crowds = {held: [_who() for _ in range(CROWD)] for held in HELD}
    for held, crowd in crowds.items():
        world.bulk("open_session", large, (_opening(who) for _ in range(held) for who in crowd))
    world.fsync("always")
    total = 2 * live + CROWD * sum(HELD)
    say(f"  {total:,} sessions live (the target speaks of 1,000,000), made in {time.perf_counter() - began:.0f} s")
    return _figures(world, small, large, crowds, rounds, count, total)


def _figures(
    world: World, small: Service, large: Service, crowds: dict[int, list[str]], rounds: int, count: int, total: int
) -> list[Figure]:
    rates = interleaved(
        rounds,
        {
            f"pool {SMALL}": lambda: _rate(world, small, [_opening() for _ in range(count)]),
            f"pool {LARGE}": lambda: _rate(world, large, [_opening() for _ in range(count)]),
            **{
                f"holding {held}": lambda crowd=crowd: _rate(world, large, [_opening(who) for who in crowd * 2])  # type: ignore[misc]
                for held, crowd in crowds.items()
            },
        },
    )
    say("  " + ", ".join(f"{name}: {rate:,.0f}/s" for name, rate in rates.items()))
    full = rates[f"pool {LARGE}"]
    worse = ", ".join(f"holding {held}: {rates[f'holding {held}'] / full:.2f}" for held in HELD[1:])
    return [
        Figure("T4 pool", full / rates[f"pool {SMALL}"], f"at {total:,} live sessions"),
        Figure("T4 held", rates[f"holding {HELD[0]}"] / full, worse),
    ]


def _rate(world: World, service: Service, openings: list[dict[str, Any]]) -> float:
    began = time.perf_counter()
    done = world.bulk("open_session", service, openings)
    return done / (time.perf_counter() - began)


def _opening(who: str | None = None) -> dict[str, Any]:
    """The script's argument, as sessions.sessions writes it; `who` is the first person, a new one by default."""
    people = list(_people(who or _who(), _who()))
    return {"sid": new("KC"), "mode": "voice-and-message", "status": "open", "people": people, "most": 0}


def _people(*whos: str) -> Iterator[dict[str, Any]]:
    for who in whos:
        yield {"sid": new("KP"), "who": who, "sealed": secrets.token_urlsafe(45), "cells": CELLS, "country": "US"}


def _who() -> str:
    return secrets.token_urlsafe(16)
