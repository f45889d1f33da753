"""The printed report: every figure with its target."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

#: name -> (what it is, target, stretch target, whether more is better), as in docs/performance.md
TARGETS: dict[str, tuple[str, float, float, bool]] = {
    "T1": ("relayed SMS webhook / bare Flask on gunicorn sync", 0.7, 1.0, True),
    "T1b": ("relayed SMS webhook / the same server's bare Flask view", 0.25, 0.35, True),
    "T1b cpu": ("CPU of the web processes per webhook, us", 350, 250, False),
    "T1 all": ("relayed SMS webhook with every policy on / without", 0.9, 0.97, True),
    "T3": ("POST Session with two Participants / the same server's bare Flask view", 0.35, 0.5, True),
    "T4 pool": ("opening rate, pool of 100,000 / pool of 500", 0.8, 0.95, True),
    "T4 held": ("opening rate, a participant holding 100 / holding 0", 0.4, 0.7, True),
    "T5 live": ("bytes of store per live session", 900, 800, False),
    "T5 closed": ("bytes of store per closed session", 700, 400, False),
    "T8": ("webhook p99 while sessions end and the record is written / p99 alone", 2.0, 1.3, False),
    "T8 slow app": ("webhook p99 while another Service's app is slow / p99 alone", 2.0, 1.3, False),
    "T8 large session": (
        "webhook p99 beside another Service with a Session of many Participants / alone",
        1.5,
        1.2,
        False,
    ),
    "T8 creates": ("webhook p99 beside another Service that opens Sessions without a pause / alone", 1.5, 1.2, False),
    "T8 texts": ("webhook p99 beside another Service whose people text without a pause / alone", 1.5, 1.2, False),
    "T9": ("store round trips per relayed message", 1, 1, False),
    "T9 all": ("store round trips per relayed message with every policy on", 1, 1, False),
    "T9 asked": ("store round trips per relayed message with a question to the customer's app", 2, 2, False),
    "T11 cpu": ("CPU of the store per relayed text / per SET of 500 bytes", 20, 16, False),
    "T11 file": ("bytes of the append-only file per relayed text", 1800, 1200, False),
    "T11 kept": ("bytes of store that a relayed text leaves after the record's drain", 800, 300, False),
    "T10 import": ("import of the application / import of Flask", 2.4, 1.7, False),
    "T10 first": ("start of the web server until the first relayed text / import of Flask", 5.6, 4.0, False),
    "T10 memory": ("memory of an installation at rest, MiB PSS", 172, 143, False),
}


@dataclass(frozen=True)
class Figure:
    """One measured value; `of` is a name in TARGETS, `note` explains the value."""

    of: str
    value: float
    note: str = ""

    def line(self) -> str:
        what, target, stretch, more = TARGETS[self.of]
        sign = ">=" if more else "<="
        verdict = (
            "stretch" if _meets(self.value, stretch, more) else "ok" if _meets(self.value, target, more) else "MISSED"
        )
        goal = f"{sign} {target:g} (stretch {stretch:g})"
        return f"{self.of:<10}{_number(self.value):>8}  {goal:<24}{verdict:<8} {what}{_aside(self.note)}"


def _meets(value: float, goal: float, more: bool) -> bool:
    return value >= goal if more else value <= goal


def _number(value: float) -> str:
    return f"{value:.2f}" if value < 100 else f"{value:,.0f}"


def _aside(note: str) -> str:
    return f"; {note}" if note else ""


def say(text: str) -> None:
    print(text, flush=True)


def table(figures: list[Figure]) -> None:
    say(f"\n{'':<10}{'measured':>8}  target")
    for figure in figures:
        say(figure.line())


def interleaved(rounds: int, sides: dict[str, Callable[[], float]]) -> dict[str, float]:
    """Medians of short rounds that take turns: whatever slows the machine slows every side alike."""
    found: dict[str, list[float]] = {name: [] for name in sides}
    for _ in range(rounds):
        for name, measure in sides.items():
            found[name].append(measure())
    return {name: median(values) for name, values in found.items()}
