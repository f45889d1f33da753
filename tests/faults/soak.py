"""C13: steady texts for minutes, a fault every few seconds: memory and open files stay the same."""

from __future__ import annotations

import threading
from pathlib import Path

from tests.faults.carrier import M1, QUICK
from tests.faults.memory import Samples
from tests.faults.outcome import Outcome
from tests.faults.store_chaos import StoreChaos
from tests.faults.storm import Fault
from tests.faults.suite import FINAL_PATIENCE, SHORT_PATIENCE, scene
from tests.faults.traffic import Size

#: The largest growth that counts as none: of a long run, and of a short one, in which caches still fill.
LONG_GROWTH, SHORT_GROWTH = 0.05, 0.20
#: The same of open files, beyond those that each process keeps open once it needed them.
LONG_FILES, SHORT_FILES = 0.20, 0.50
GAP_SECONDS = 5.0


class Soak(StoreChaos):
    """Faults after which our processes must live on."""

    def kinds(self) -> dict[str, tuple[int, Fault]]:
        return {**super().kinds(), "lock the record": (2, lambda: self.place.lock_record(self._seconds()))}


def run(folder: Path, seed: int, share: float = 0.0) -> Outcome:
    faults, gap = (int(60 * share), GAP_SECONDS) if share else (8, 2.0)
    size = Size(people=40, numbers=20, talks=40, actors=4, patience=120 if share else 8)
    settings = {"COOLING_SECONDS": "16", "COOLING_POLICY": "strict"}
    with scene(folder, seed, M1 if share else QUICK, size, **settings) as here:
        trouble = Soak(here.place, seed, longest=1.5)
        samples = Samples(here.place, every=1.0)
        breaking = threading.Thread(target=trouble.run, args=(faults, gap))
        with samples:
            breaking.start()
            here.traffic.run(trouble.done.is_set, 0.2)
            breaking.join()
        report = here.check(FINAL_PATIENCE if share else SHORT_PATIENCE, final=bool(share))
    most, most_files = (LONG_GROWTH, LONG_FILES) if share else (SHORT_GROWTH, SHORT_FILES)
    growth, files = samples.growth(), samples.growth_of_files()
    found = report.faults()
    found |= {"memory_grew_percent": round(growth * 100)} if growth > most else {}
    found |= {"open_files_grew_percent": round(files * 100)} if files > most_files else {}
    figure = (
        f"{report.texts} texts, {report.calls} calls, {trouble.counted.total()} faults: lost {report.lost}, doubled "
        f"{report.doubled} (flagged {report.flagged}); in the process that grew most, memory {growth:+.0%} from the "
        f"second to the last quarter of the time, and open files {files:+.0%} from the first half to the second (at "
        f"most {samples.most_files()})"
    )
    return Outcome(figure, found, [*report.examples, *samples.told()], dict(trouble.counted))
