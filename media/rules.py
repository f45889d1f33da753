"""Time limits, delays and size limits for received files."""

from __future__ import annotations

from dataclasses import dataclass, field

from common.runtime import Runtime
from media.cleaning.model import Limits

HOUR, DAY = 3600, 86_400


@dataclass(frozen=True, slots=True)
class SanitizerLimits:
    """Limits of the process that cleans one file. `cpu`: processor time, `wall`: real time, both in seconds.

    `memory`: address space in bytes.
    """

    cpu: int = 25
    wall: float = 30
    memory: int = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Rules:
    """Times in seconds. Each process has one: `rt.part(rules)`.

    `patience`: how long a message waits for its files. `delays`: the delay after each try that did not get all files.
    `fetch`: the limit for one file. `attempt`: the limit for one try. `lease`: how long no other worker gets the claim.
    It is longer than `attempt` plus the cleaning of one file, and shorter than `patience`, so that another worker has
    time if this one dies. `keep`: how long a link is valid. `max_open`: after this time a message without a final
    status counts as over. `clear_delays`: the delay after each failed deletion at the carrier.
    `max_clear_tries`: the number of tries to delete.
    """

    patience: float = 180
    delays: tuple[float, ...] = (1, 2, 4, 8, 15, 30)
    fetch: float = 15
    attempt: float = 40
    lease: float = 80
    keep: int = HOUR
    max_open: float = DAY
    clear_delays: tuple[float, ...] = (60, 300, 900, HOUR)
    max_clear_tries: int = 170
    sanitizer: SanitizerLimits = field(default_factory=SanitizerLimits)
    limits: Limits = field(default_factory=Limits)

    def delay(self, tries: int) -> float:
        """The delay after try number `tries`, counted from 1."""
        return _nth(self.delays, tries)

    def clear_delay(self, tries: int) -> float:
        """The delay after the deletion try number `tries`, counted from 1."""
        return _nth(self.clear_delays, tries)


def rules(rt: Runtime) -> Rules:
    """The rules of this process; tests replace them with shorter times."""
    return Rules()


def _nth(delays: tuple[float, ...], tries: int) -> float:
    """The last delay repeats."""
    return delays[min(tries, len(delays)) - 1]
