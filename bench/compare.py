"""`python -m bench.compare REF`: compares this build with a commit's build, in rounds that take turns.

Both run as the Procfile says, each on a store of its own that writes to disk before each answer. Every answer is
checked: a text must be relayed, a call bridged, a Session opened.
"""

from __future__ import annotations

import argparse
import contextlib
import shutil
import subprocess
from collections.abc import Callable, Iterator
from functools import partial
from statistics import median
from typing import NamedTuple

from bench import at_rest, forms, life, paced
from bench.builds import Build, Code, code_of, running, this_code
from bench.report import say
from bench.servers import ROOT
from bench.world import ACCOUNT, TOKEN
from simulator import server as simulator

DIRECTORY = ROOT / "var" / "bench-compare"
#: More requests in a second than any build answers: the prepared requests must last for a round.
MOST_A_SECOND = 9_000
SESSIONS = 1_000
#: Rounds of whole lives at most: each takes half a minute. And the texts of a round.
MOST_LIVES = 3
TEXTS = 3_000


class Measured(NamedTuple):
    """One round of one kind: answers per second, p99, and for each answer the CPU of web and store (microseconds), the
    bytes of the append-only file, and the bytes that stay in the store's memory.
    """

    rate: float
    web_us: float
    store_us: float
    p99_ms: float
    written: float
    kept: float


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.compare", description=__doc__)
    parser.add_argument("ref", metavar="REF", help="the commit to compare with")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=3.0, help="of each round of each kind")
    parser.add_argument("--rest", action="store_true", help="only memory at rest and start: no load")
    given = parser.parse_args()
    shutil.rmtree(DIRECTORY, ignore_errors=True)
    DIRECTORY.mkdir(parents=True)
    before, now = code_of(given.ref, DIRECTORY / "code"), this_code()
    try:
        with builds(before, now) as both:
            say(f"{'median of the rounds (least, most)':<40}{before.name:>28}{now.name:>28}   this / {before.name}")
            if not given.rest:
                compare_load(both, given.rounds, given.seconds)
                compare_half(both, given.rounds, given.seconds)
            compare_rest(both, given.rounds)
        if not given.rest:
            # New ones: the events of all that load would have to reach SQL first.
            with builds(before, now) as both:
                compare_lives(both, min(given.rounds, MOST_LIVES))
    finally:
        subprocess.run(["git", "worktree", "remove", "--force", before.root], cwd=ROOT, check=False)


def compare_load(both: list[Build], rounds: int, seconds: float) -> None:
    found: dict[tuple[str, str], list[Measured]] = {}
    for number in range(rounds):
        # The first build alternates, so that effects of a previous round hit both.
        for build in both if number % 2 == 0 else both[::-1]:
            for kind, measure in KINDS.items():
                found.setdefault((kind, build.code.name), []).append(measure(build, seconds))
    for kind in KINDS:
        for field, unit in FIELDS.items():
            _line(f"{kind}, {unit}", *([getattr(one, field) for one in found[kind, each.code.name]] for each in both))


def compare_half(both: list[Build], rounds: int, seconds: float) -> None:
    """p99 of texts at half of the highest rate of the first build, the same rate for both."""
    people = [build.people(SESSIONS) for build in both]
    highest = both[0].drive(
        forms.webhooks(both[0].paths, people[0], int(MOST_A_SECOND * seconds)), seconds, forms.RELAYED
    )
    found: list[list[float]] = [[], []]
    for number in range(rounds):
        for place in (0, 1) if number % 2 == 0 else (1, 0):
            supply = forms.webhooks(both[place].paths, people[place], int(highest.rate / 2 * seconds))
            found[place].append(paced.p99_ms(both[place].web.target, supply, highest.rate / 2, forms.RELAYED))
    _line(f"texts at {highest.rate / 2:.0f} a second, ms p99", *found)


def compare_lives(both: list[Build], rounds: int) -> None:
    """Stops the web servers: no other comparison of load may follow."""
    people = [build.people(SESSIONS) for build in both]
    found = [[life.measure(*each, TEXTS) for each in zip(both, people, strict=True)] for _ in range(rounds)]
    lives = list(zip(*found, strict=True))
    _line("whole life of a text, a second", *([one.rate for one in each] for each in lives))
    _line("whole life of a text, us CPU of all", *([one.cpu_us for one in each] for each in lives))


def compare_rest(both: list[Build], rounds: int) -> None:
    """Last: it stops the web servers."""
    starts = [at_rest.first_answers(build, rounds) for build in both]
    for field, what in (("seconds", "start to the first answer, s"), ("cpu", "the same, s CPU")):
        _line(what, *([getattr(one, field) for one in each] for each in starts))
    _line("import of the application, s CPU", *_imports(both, rounds))
    memory = [at_rest.memory(build) for build in both]
    for field in at_rest.Memory._fields:
        _line(f"at rest, MiB {field.upper()}", *(getattr(each["all"], field) for each in memory))
    for build, each in zip(both, memory, strict=True):
        say(f"  {build.code.name}, RSS / PSS: {at_rest.shown(each)}")


@contextlib.contextmanager
def builds(before: Code, now: Code) -> Iterator[list[Build]]:
    carrier = simulator.start(account_sid=ACCOUNT, auth_token=TOKEN, numbers=0)
    try:
        with contextlib.ExitStack() as stack:
            yield [stack.enter_context(running(code, carrier.url, DIRECTORY / code.name)) for code in (before, now)]
    finally:
        carrier.stop()


def _measured(build: Build, seconds: float, supply: list[bytes], expected: bytes) -> Measured:
    kept, written, (web, store) = build.kept(), build.written(), build.cpu()
    did = build.drive(supply, seconds, expected)
    (web_after, store_after), written_after = build.cpu(), build.written()
    return Measured(
        did.rate, (web_after - web) / did.done * 1e6, (store_after - store) / did.done * 1e6, did.p99_ms,
        (written_after - written) / did.done, (build.kept() - kept) / did.done,
    )  # fmt: skip


def _webhooks(
    render: Callable[[forms.Paths, list[forms.Sender], int], list[bytes]], expected: bytes, build: Build, seconds: float
) -> Measured:
    people = build.people(SESSIONS)
    return _measured(build, seconds, render(build.paths, people, int(MOST_A_SECOND * seconds)), expected)


def _sessions(build: Build, seconds: float) -> Measured:
    return _measured(build, seconds, forms.new_sessions(build.many, int(MOST_A_SECOND * seconds)), forms.OPENED)


def _imports(both: list[Build], rounds: int) -> list[list[float]]:
    took = [[at_rest.import_cpu(build.code, "proxy.app") for build in both] for _ in range(rounds)]
    return [list(each) for each in zip(*took, strict=True)]


FIELDS = {"rate": "a second", "web_us": "us CPU web", "store_us": "us CPU store", "p99_ms": "ms p99",
          "written": "bytes written", "kept": "bytes kept"}  # fmt: skip
KINDS: dict[str, Callable[[Build, float], Measured]] = {
    "text relayed": partial(_webhooks, forms.webhooks, forms.RELAYED),
    "call bridged": partial(_webhooks, forms.calls, forms.BRIDGED),
    "Session opened": _sessions,
}


def _line(what: str, before: list[float] | float, now: list[float] | float) -> None:
    ratio = _median(now) / _median(before)
    say(f"{what:<40}{_shown(before):>28}{_shown(now):>28}   {ratio:.2f}")


def _median(values: list[float] | float) -> float:
    return median(values) if isinstance(values, list) else values


def _shown(values: list[float] | float) -> str:
    if not isinstance(values, list):
        return f"{values:,.2f}"
    digits = 1 if median(values) >= 10 else 2
    return f"{median(values):,.{digits}f} ({min(values):,.{digits}f}, {max(values):,.{digits}f})"


if __name__ == "__main__":
    main()
