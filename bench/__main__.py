"""`python -m bench [--quick] [T1 T3 …]`: starts servers, measures, prints. Exit code 1 only if something failed."""

from __future__ import annotations

import argparse
import os
import platform
import time
from pathlib import Path
from statistics import median
from typing import NamedTuple

from bench import at_rest, choice, http, latency, memory, neighbours, text_cost
from bench.load import generator
from bench.report import Figure, say, table
from bench.servers import GUNICORN, bare_line, started, web_line
from bench.world import World, world

ALL = ("T1", "T1b", "T3", "T4", "T5", "T8", "T9", "T10", "T11")


class Size(NamedTuple):
    """Amounts: rounds, seconds of each, sessions; live sessions and openings of T4 (in each pool); sessions of T5."""

    rounds: int
    seconds: float
    sessions: int
    live: int
    openings: int
    kept: int


FULL = Size(rounds=5, seconds=2, sessions=2_000, live=100_000, openings=4_000, kept=20_000)
QUICK = Size(rounds=3, seconds=1, sessions=500, live=10_000, openings=1_000, kept=5_000)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=f"of {' '.join(ALL)}; all if none is given")
    parser.add_argument("--quick", action="store_true", help="under a minute, on less data")
    parser.add_argument("--live", type=int, help="live sessions in each of T4's two pools")
    given = parser.parse_args()
    unknown = set(given.targets) - set(ALL)
    if unknown:
        parser.error(f"unknown: {' '.join(sorted(unknown))}")
    size = QUICK if given.quick else FULL
    run(set(given.targets or ALL), size._replace(live=given.live or size.live))


def run(wanted: set[str], size: Size) -> None:
    began = time.perf_counter()
    with world() as place:
        _introduce(place)
        figures = _over_http(place, wanted, size)
        if "T4" in wanted:
            say("T4 choice of numbers")
            figures += choice.measure(place, size.live, size.rounds, size.openings)
        if "T5" in wanted:
            say("T5 size of the store")
            figures += memory.measure(place, size.kept)
        if "T11" in wanted:
            say("T11 cost of a relayed text in the store")
            figures += text_cost.measure(place, size.rounds, size.kept)
    if "T10" in wanted:
        say("T10 memory and start")
        figures += at_rest.measure(size.rounds)
    table(figures)
    say(f"\n{time.perf_counter() - began:.0f} s")


def _over_http(place: World, wanted: set[str], size: Size) -> list[Figure]:
    if not wanted & {"T1", "T1b", "T3", "T8", "T9"}:
        return []
    figures: list[Figure] = []
    lines = {"web": web_line(), "bare": bare_line(), "gunicorn": GUNICORN}
    if wanted & {"T1", "T9"}:
        lines |= {name: f"export {given}; {web_line()}" for name, given in http.POLICIES.items()}
    if "T8" in wanted:
        lines["limited"] = f"export {neighbours.LIMITS}; {web_line()}"
    with started(lines, place.environ, place.log) as servers:
        ready = http.prepare(place, servers, size.sessions, size.seconds)
        if wanted & {"T1", "T1b", "T3"}:
            say(f"T1 T1b T3 over HTTP: medians of {size.rounds} rounds of {size.seconds:g} s that take turns")
            figures += http.measure(ready, size.rounds, wanted)
        if "T8" in wanted:
            figures += latency.measure(ready, size.rounds)
            figures += neighbours.measure(ready, size.rounds)
        if "T9" in wanted:
            say("T9 round trips")
            figures += http.trips(ready)
    return figures


def _introduce(place: World) -> None:
    info = place.rt.store.client.info("server")
    version = info.get("valkey_version", info["redis_version"])
    say(f"{os.cpu_count()} cores, Python {platform.python_version()}, store {version}; load by {generator()}")
    say(
        f"store: appendfsync always on {place.directory} (write and fsync of 4 KB: {_fsync_us(place.directory):.0f} us)"
    )
    say(f"web:   {web_line().removeprefix('exec ')}")
    busy, cores = os.getloadavg()[0], os.cpu_count() or 1
    say(f"load average {busy:.1f}{': OTHERS ARE AT WORK, so the ratios wobble' if busy > cores / 4 else ''}\n")


def _fsync_us(directory: Path) -> float:
    took = []
    with (directory / "fsync").open("wb", buffering=0) as file:
        for _ in range(100):
            began = time.perf_counter()
            file.write(bytes(4096))
            os.fsync(file.fileno())
            took.append(time.perf_counter() - began)
    return median(took) * 1e6


if __name__ == "__main__":
    main()
