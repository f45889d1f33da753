"""How long and how much: the numbers for files on their way."""

from __future__ import annotations

from dataclasses import dataclass, field

from common.runtime import Runtime
from media.cleaning.model import Limits

HOUR, DAY = 3600, 86_400


@dataclass(frozen=True, slots=True)
class Washing:
    """What the process that cleans one file may take. `cpu` and `wall` in seconds, `memory` in bytes of addresses."""

    cpu: int = 25
    wall: float = 30
    memory: int = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Rules:
    """Times in seconds. A process has one: `rt.part(rules)`.

    `patience`: a message waits so long for its files. `delays`: behind each try that did not get them all. `fetch`: for
    one file; `attempt`: for one try. In the `lease` nobody else tries: it is longer than that and one file's washing,
    and shorter than patience, so that behind a worker that died there is time for another. `keep`: so long a link
    lives. `most`: a message of whose end nobody tells counts as over. `clear_delays`: behind each try to delete
    something at the carrier; after `most_clears` it is given up.
    """

    patience: float = 180
    delays: tuple[float, ...] = (1, 2, 4, 8, 15, 30)
    fetch: float = 15
    attempt: float = 40
    lease: float = 80
    keep: int = HOUR
    most: float = DAY
    clear_delays: tuple[float, ...] = (60, 300, 900, HOUR)
    most_clears: int = 170
    washing: Washing = field(default_factory=Washing)
    limits: Limits = field(default_factory=Limits)

    def delay(self, tries: int) -> float:
        """Behind try number `tries`, counted from 1."""
        return _nth(self.delays, tries)

    def clear_delay(self, tries: int) -> float:
        return _nth(self.clear_delays, tries)


def rules(rt: Runtime) -> Rules:
    """Those of this process; tests replace them by shorter ones."""
    return Rules()


def _nth(delays: tuple[float, ...], tries: int) -> float:
    return delays[min(tries, len(delays)) - 1]
