"""`python -m bench.compare REF`: compares this build with a commit's build, in rounds that take turns.

Both run as the Procfile says, each on a store of its own that writes to disk before each answer. Every answer is
checked: a text must be relayed, a call bridged, a Session opened.
"""

from __future__ import annotations

import argparse
import contextlib
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from functools import partial
from statistics import median
from typing import NamedTuple

from bench import forms
from bench.builds import Build, Code, code_of, running, this_code
from bench.report import say
from bench.servers import ROOT, resident
from bench.world import ACCOUNT, TOKEN
from simulator import server as simulator

DIRECTORY = ROOT / "var" / "bench-compare"
#: More requests in a second than any build answers: the prepared requests must last for a round.
MOST_A_SECOND = 9_000
SESSIONS = 1_000


class Measured(NamedTuple):
    """One round of one kind: answers per second, CPU of web and store per answer (microseconds), p99."""

    rate: float
    web_us: float
    store_us: float
    p99_ms: float


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.compare", description=__doc__)
    parser.add_argument("ref", metavar="REF", help="the commit to compare with")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=3.0, help="of each round of each kind")
    given = parser.parse_args()
    shutil.rmtree(DIRECTORY, ignore_errors=True)
    DIRECTORY.mkdir(parents=True)
    before, now = code_of(given.ref, DIRECTORY / "code"), this_code()
    try:
        compare(before, now, given.rounds, given.seconds)
    finally:
        subprocess.run(["git", "worktree", "remove", "--force", before.root], cwd=ROOT, check=False)


def compare(before: Code, now: Code, rounds: int, seconds: float) -> None:
    with builds(before, now) as both:
        found: dict[tuple[str, str], list[Measured]] = {}
        for number in range(rounds):
            say(f"round {number + 1} of {rounds}")
            # The first build alternates, so that effects of a previous round hit both.
            for build in both if number % 2 == 0 else both[::-1]:
                for kind, measure in KINDS.items():
                    found.setdefault((kind, build.code.name), []).append(measure(build, seconds))
        memory = {build.code.name: resident(build.web.process.pid) for build in both}
    _report(found, before.name, now.name)
    _line("memory of web, MiB", memory[before.name], memory[now.name])
    starts = [[_start_seconds(code) for code in (before, now)] for _ in range(rounds)]
    _line("start: import of the application, s", *(median(each) for each in zip(*starts, strict=True)))


@contextlib.contextmanager
def builds(before: Code, now: Code) -> Iterator[list[Build]]:
    carrier = simulator.start(account_sid=ACCOUNT, auth_token=TOKEN, numbers=0)
    try:
        with contextlib.ExitStack() as stack:
            yield [stack.enter_context(running(code, carrier.url, DIRECTORY / code.name)) for code in (before, now)]
    finally:
        carrier.stop()


def _measured(build: Build, seconds: float, supply: list[bytes], expected: bytes) -> Measured:
    web, store = build.cpu()
    did = build.drive(supply, seconds, expected)
    web_after, store_after = build.cpu()
    return Measured(did.rate, (web_after - web) / did.done * 1e6, (store_after - store) / did.done * 1e6, did.p99_ms)


def _webhooks(
    render: Callable[[forms.Paths, list[forms.Sender], int], list[bytes]], expected: bytes, build: Build, seconds: float
) -> Measured:
    people = build.people(SESSIONS)
    return _measured(build, seconds, render(build.paths, people, int(MOST_A_SECOND * seconds)), expected)


def _sessions(build: Build, seconds: float) -> Measured:
    return _measured(build, seconds, forms.new_sessions(build.many, int(MOST_A_SECOND * seconds)), forms.OPENED)


FIELDS = {"rate": "a second", "web_us": "us CPU web", "store_us": "us CPU store", "p99_ms": "ms p99"}
KINDS: dict[str, Callable[[Build, float], Measured]] = {
    "text relayed": partial(_webhooks, forms.webhooks, forms.RELAYED),
    "call bridged": partial(_webhooks, forms.calls, forms.BRIDGED),
    "Session opened": _sessions,
}


def _start_seconds(code: Code) -> float:
    began = time.perf_counter()
    subprocess.run(
        [str(code.python), "-c", "import proxy.app"], cwd=code.root, check=True, env={"PATH": "/usr/bin:/bin"}
    )
    return time.perf_counter() - began


def _report(found: dict[tuple[str, str], list[Measured]], before: str, now: str) -> None:
    say(f"\n{'median of the rounds (least, most)':<40}{before:>28}{now:>28}   this / {before}")
    for kind in KINDS:
        for field, unit in FIELDS.items():
            one, other = ([getattr(each, field) for each in found[kind, name]] for name in (before, now))
            _line(f"{kind}, {unit}", one, other)


def _line(what: str, before: list[float] | float, now: list[float] | float) -> None:
    ratio = _median(now) / _median(before)
    say(f"{what:<40}{_shown(before):>28}{_shown(now):>28}   {ratio:.2f}")


def _median(values: list[float] | float) -> float:
    return median(values) if isinstance(values, list) else values


def _shown(values: list[float] | float) -> str:
    if not isinstance(values, list):
        return f"{values:,.2f}"
    return f"{median(values):,.1f} ({min(values):,.1f}, {max(values):,.1f})"


if __name__ == "__main__":
    main()
