"""How often and for how long: the numbers of the outbox."""

from __future__ import annotations

import random
from dataclasses import dataclass

from common.runtime import Runtime

JITTER = 0.5


@dataclass(frozen=True, slots=True)
class Rules:
    """Times in seconds. A process has one: `rt.part(rules)`.

    `delays`: behind each try that the carrier never processed. `lease`: nobody else sends what is claimed; the
    request to the carrier ends well before (carrier/client.py). `fence`: a claim as old as this is left to whoever
    takes it next: a frozen process must not send beside another. `look`: between two looks for a message of which
    nobody knows whether it went out. `doubt`: so long after the doubt arose it would be in the carrier's list if it had
    gone out. `soon`: a thread waits so long for a number's turn; about the time between two runs of the job.
    """

    delays: tuple[float, ...] = (1, 2, 4, 8, 15, 30, 60)
    lease: float = 40
    fence: float = 20
    look: float = 15
    doubt: float = 120
    soon: float = 1

    @property
    def most_tries(self) -> int:
        return len(self.delays) + 1

    def delay(self, tries: int) -> float:
        """Behind try number `tries`, counted from 1."""
        return self.delays[min(tries, len(self.delays)) - 1] * random.uniform(1 - JITTER, 1)


def rules(rt: Runtime) -> Rules:
    """Those of this process; tests replace them by shorter ones."""
    return Rules()


def ms(seconds: float) -> int:
    return int(seconds * 1000)
