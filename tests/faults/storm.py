"""The faults: which process is killed, frozen or cut off, chosen by the seed."""

from __future__ import annotations

import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from tests.faults.installation import Installation
from tests.faults.processes import freeze, send

Fault = Callable[[], None]


class Storm:
    """`longest`: seconds that something is frozen or locked. `done` is set after `count` faults."""

    def __init__(self, place: Installation, seed: int, longest: float) -> None:
        self.place, self.longest, self._dice = place, longest, random.Random(seed)
        self.counted = Counter[str]()
        self.done = threading.Event()

    def kinds(self) -> dict[str, tuple[int, Fault]]:
        """Name -> weight, and the act. The processes are those that the Procfile names."""
        found: dict[str, tuple[int, Fault]] = {}
        others = [name for name in self.place.names if name != "web"]
        for name in others:
            found[f"kill {name}"] = (3, lambda name=name: self.kill(name))  # type: ignore[misc]
            found[f"freeze {name}"] = (1, lambda name=name: self.freeze(name))  # type: ignore[misc]
        return found | {
            "kill a web worker": (4, self.kill_web_worker),
            "kill web": (2, lambda: self.kill("web")),
            "kill the store": (3, lambda: self.kill("store")),
            "freeze a web worker": (1, lambda: freeze(self._web_worker(), self._seconds())),
            "freeze web": (1, lambda: self.freeze("web")),
            "freeze the store": (1, lambda: self.freeze("store")),
            "lock the record": (1, lambda: self.place.lock_record(self._seconds())),
            "lose answers of the store": (2, self.lose_answers),
            "kill everything": (1, self.place.kill_all),
        }

    def run(self, count: int, gap: float, only: Sequence[str] = ()) -> None:
        """`gap`: seconds from the end of one fault to the next, on average. `only`: these kinds alone."""
        kinds = {name: found for name, found in self.kinds().items() if not only or name in only}
        names, weights = list(kinds), [weight for weight, _ in kinds.values()]
        # Each kind once, then by weight.
        chosen = self._dice.sample(names, min(len(names), count))
        chosen += self._dice.choices(names, weights, k=count - len(chosen))
        try:
            for name in chosen:
                time.sleep(gap * (0.5 + self._dice.random()))
                self._note(name)
                kinds[name][1]()
                self.counted[name] += 1
        finally:
            self.done.set()

    def _note(self, name: str) -> None:
        """For whoever reads the logs of a run that found something."""
        with (self.place.folder / "faults.log").open("a", encoding="utf-8") as log:
            log.write(f"{datetime.now(UTC).isoformat(timespec='milliseconds')} {name}\n")

    def kill(self, name: str) -> None:
        send(self.place.parts[name].pid, signal.SIGKILL)

    def freeze(self, name: str) -> None:
        freeze(self.place.parts[name].pid, self._seconds())

    def kill_web_worker(self) -> None:
        send(self._web_worker(), signal.SIGKILL)

    def lose_answers(self) -> None:
        """Both web workers and the jobs may be hit: whichever answer comes next."""
        for _ in range(3):
            send(self.place.parts["proxy"].pid, signal.SIGUSR1)
            time.sleep(0.05)

    def _web_worker(self) -> int:
        children = self.place.parts["web"].children()
        return self._dice.choice(children) if children else 0

    def _seconds(self) -> float:
        return self.longest * (0.3 + 0.7 * self._dice.random())
