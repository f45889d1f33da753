"""C1: every process is killed, frozen and cut off while people text and call."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.faults.carrier import M1, QUICK
from tests.faults.outcome import Outcome
from tests.faults.suite import FINAL_PATIENCE, SHORT_PATIENCE, Plan, storm
from tests.faults.traffic import Size

SHORT = Plan(
    texts=250, faults=13, longest=1.5, gap=0.3, pause=0.1, patience=SHORT_PATIENCE, mix=QUICK,
    size=Size(people=30, talks=25, actors=6),
)  # fmt: skip
LARGE = Size(people=200, numbers=40, talks=200, actors=12, patience=120)


def longer(share: float) -> Plan:
    """1.0: 10,000 texts, about 500 calls, 300 faults, with the doubts that take minutes to settle."""
    return Plan(
        texts=int(10_000 * share), faults=int(300 * share), longest=4.0, gap=1.6, pause=0.9, patience=FINAL_PATIENCE,
        mix=M1, size=LARGE, final=True,
    )  # fmt: skip


def run(folder: Path, seed: int, share: float = 0.0, **settings: Any) -> Outcome:
    """`share` 0: the short variant."""
    report, trouble = storm(folder, seed, longer(share) if share else SHORT, **settings)
    figure = (
        f"{report.texts} texts, {report.calls} calls, {trouble.counted.total()} faults: lost {report.lost}, "
        f"doubled {report.doubled} (flagged {report.flagged}), to a wrong person {report.misdirected}, "
        f"calls lost or doubled {report.calls_lost + report.calls_doubled}, numbers in clear {report.leaks}, "
        f"events missing or doubled {report.events_missing + report.events_doubled}, callbacks missing "
        f"{report.callbacks_missing}, {report.chain}; "
        f"all arrived and settled {report.drain_seconds:.0f} s after the last fault; "
        f"calls that the carrier gave up {report.calls_unreached}; not owed any more (forbidden by the app, or their "
        f"Session was closed meanwhile) {report.refused}"
        + (f"; texts still in doubt {report.later}" if report.later else "")
    )
    return Outcome(figure, report.faults(), report.examples, dict(trouble.counted))
