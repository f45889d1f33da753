"""Runs a suite: an installation, people and an app, faults beside the traffic, then the check."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.faults.app import CustomersApp
from tests.faults.carrier import Carrier, Mix
from tests.faults.checker import Checker, Report
from tests.faults.installation import Installation
from tests.faults.storm import Storm
from tests.faults.traffic import Size, Traffic

#: Seconds until a short variant's work must have arrived, and then be recorded. Nothing of it needs more than a few:
#: the limit ends the wait for what is lost, however slow the machine is.
SHORT_PATIENCE = 90.0
#: Seconds until a long variant's work must be settled. A message whose last status was lost is looked up 8 minutes
#: after it was sent (SENT_MS in jobs/lua/modules/next_look.lua).
FINAL_PATIENCE = 600.0


@dataclass
class Scene:
    """An installation with its carrier, its customer's app and its people."""

    place: Installation
    carrier: Carrier
    app: CustomersApp
    traffic: Traffic

    def check(self, patience: float, final: bool = False) -> Report:
        return Checker(self.place, self.traffic, patience=patience, final=final).check()

    @contextmanager
    def acting(self, pause: float = 0.0) -> Iterator[None]:
        """People and the app act while the block runs."""
        over = threading.Event()
        actors = threading.Thread(target=self.traffic.run, args=(over.is_set, pause))
        actors.start()
        try:
            yield
        finally:
            over.set()
            actors.join()


@contextmanager
def scene(folder: Path, seed: int, mix: Mix, size: Size, **settings: Any) -> Iterator[Scene]:
    """`settings`: of the Installation."""
    carrier = Carrier(seed, mix)
    place = Installation(folder, carrier.url, **settings)
    app = CustomersApp(place.url, seed)
    try:
        place.start()
        yield Scene(place, carrier, app, Traffic(app, carrier, size, seed).start())
    finally:
        place.stop()
        app.stop()
        carrier.stop()


@dataclass(frozen=True)
class Plan:
    """A storm. `longest`: seconds of the longest freeze; `gap`: between faults; `pause`: between an actor's acts."""

    texts: int
    faults: int
    longest: float
    gap: float
    pause: float
    patience: float
    mix: Mix
    size: Size
    final: bool = False


def storm(folder: Path, seed: int, plan: Plan, kind: type[Storm] = Storm, **settings: Any) -> tuple[Report, Storm]:
    """COOLING_SECONDS is longer than the carrier tries a webhook: a late one must not meet the next holder."""
    settings = {"COOLING_SECONDS": "16", "COOLING_POLICY": "strict", **settings}
    with scene(folder, seed, plan.mix, plan.size, **settings) as here:
        trouble = kind(here.place, seed, plan.longest)
        faults = threading.Thread(target=trouble.run, args=(plan.faults, plan.gap))
        faults.start()
        here.traffic.run(lambda: trouble.done.is_set() and here.traffic.book.owed() >= plan.texts, plan.pause)
        faults.join()
        here.place.wait_until_ready()
        return here.check(plan.patience, plan.final), trouble


def seconds_since(began: float) -> float:
    return round(time.monotonic() - began, 1)
