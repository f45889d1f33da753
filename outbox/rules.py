"""Delays and time limits of the outbox."""

from __future__ import annotations

import random
from dataclasses import dataclass

from common.runtime import Runtime

JITTER = 0.5


@dataclass(frozen=True, slots=True)
class Rules:
    """Times in seconds. Each process has one: `rt.part(rules)`.

    `delays`: the delay after each try that the carrier did not process. `lease`: how long no other worker gets the
    claim; the request to the carrier ends well before (carrier/client.py). `fence`: a process with a claim older than
    this does not send, because after a suspension another worker may hold the claim. `look`: how often a message in
    doubt is looked up in the carrier's list. `doubt`: a message that was sent is in the list at most this long after
    the doubt began. `soon`: how long a thread may wait for a number's turn; about the time between two runs of the job.
    """

    delays: tuple[float, ...] = (1, 2, 4, 8, 15, 30, 60)
    lease: float = 30
    fence: float = 12
    look: float = 15
    doubt: float = 120
    soon: float = 1

    @property
    def max_tries(self) -> int:
        return len(self.delays) + 1

    def delay(self, tries: int) -> float:
        """The delay after try number `tries`, counted from 1."""
        return self.delays[min(tries, len(self.delays)) - 1] * random.uniform(1 - JITTER, 1)


def rules(rt: Runtime) -> Rules:
    """The rules of this process; tests replace them with shorter times."""
    return Rules()


def ms(seconds: float) -> int:
    return int(seconds * 1000)
