"""Work that the store hands out by claims: claimed for a while, done, and settled under the claim's token.

Nobody else gets what is claimed until the claim ends. What a process that died, froze or lost the store did not settle
comes up again then. Each kind of work is one class with the script that claims it, what is done, and the script that
settles it; how many threads work for whom, the next claim, failures and the end of the process are the same for all.
"""

from __future__ import annotations

import atexit
import logging
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Generic, TypeVar

from common import failures
from common.runtime import Runtime
from common.worker_slots import Receiver, WorkerSlots
from storage.store import StoreUnavailable

#: Goes on while a machine sleeps, where the system has such a clock.
CLOCK = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


def moment() -> float:
    """In seconds; never set back or forward."""
    return time.clock_gettime(CLOCK)


@dataclass(frozen=True, slots=True, repr=False)
class Claim:
    """Work that is ours until the claim ends. `doc`: as the claiming script gave it; `taken`: the moment before."""

    receiver: Receiver
    account_sid: str
    taken: float
    doc: dict[str, Any]

    @property
    def service_sid(self) -> str:
        return self.receiver.service_sid

    @property
    def sid(self) -> str:
        """What it is about, for log lines."""
        return self.service_sid

    def is_older_than(self, seconds: float) -> bool:
        """Asked right before what must not be done twice: a process that was frozen leaves it to whoever is next."""
        return moment() - self.taken > seconds


@dataclass(frozen=True, slots=True, repr=False)
class Result:
    """What came of a claim: `outcome` and `details` are arguments of the script that settles it; None is left out."""

    outcome: str
    details: Mapping[str, Any] = field(default_factory=dict)

    def arguments(self, **more: Any) -> dict[str, Any]:
        whole = {**more, **self.details, "outcome": self.outcome}
        return {name: value for name, value in whole.items() if value is not None}


C = TypeVar("C", bound=Claim)


class ClaimWorker(ABC, Generic[C]):
    """One of a kind for a process: `rt.part(<the class>)`."""

    #: What is worked at, in log lines and in the count of failures.
    work: ClassVar[str]
    log: ClassVar[logging.Logger]
    #: A thread leaves its receiver after so long, so that others get one; 0: after one claim.
    turn_seconds: ClassVar[float] = 0.0
    #: It stays as long as not all threads are taken.
    stays_unless_full: ClassVar[bool] = False
    #: What is under way when the process ends gets so long.
    last_seconds: ClassVar[float] = 5.0

    def __init__(self, rt: Runtime, claim_type: type[C], slots: WorkerSlots) -> None:
        self.rt = rt
        self.slots = slots
        self._claim_type = claim_type
        atexit.register(slots.stop, self.last_seconds)

    @abstractmethod
    def claim_due(self, places: Sequence[Receiver]) -> Sequence[dict[str, Any]]:
        """Documents of what is due now, at most one for each place. All places are of one Service."""

    @abstractmethod
    def act(self, claim: C) -> Result | None:
        """None: it is left to whoever claims it next."""

    @abstractmethod
    def settle(self, claim: C, result: Result | None, go_on: bool) -> C | None:
        """Tells the store what came of it, and nothing without a result. With `go_on` the next claim, if one is due."""

    def begin(self, account_sid: str, *receivers: Receiver) -> None:
        """Claims what is due, as much as there are places for, and leaves it to threads. Receivers of one Service."""
        places: list[Receiver] = []
        claims: list[C] = []
        try:
            for receiver in receivers:
                places += [receiver] * self.slots.enter(receiver)
            claims = self.claim(account_sid, places) if places else []
        finally:
            for unused in places[: len(places) - len(claims)]:
                self.slots.leave(unused)
        for claim in claims:
            self.slots.start(claim.receiver, lambda claim=claim: self.take_turn(claim), self.work)  # type: ignore[misc]

    def run(self, account_sid: str, *receivers: Receiver) -> None:
        """As `begin`, and returns when nothing of these receivers is under way."""
        self.begin(account_sid, *receivers)
        self.slots.wait(None, *receivers)

    def wait(self, seconds: float) -> bool:
        """Until nothing is under way; False if that took longer."""
        return self.slots.wait(seconds)

    def claim(self, account_sid: str, places: Sequence[Receiver]) -> list[C]:
        taken = moment()
        docs = self.claim_due(places)
        # The first places are those that stay empty.
        used = places[len(places) - len(docs) :]
        return [self._claim_type(receiver, account_sid, taken, doc) for receiver, doc in zip(used, docs, strict=True)]

    def claim_another(self, claim: C) -> C | None:
        """For the same receiver."""
        return next(iter(self.claim(claim.account_sid, [claim.receiver])), None)

    def take_turn(self, first: C) -> None:
        """From one claim to the next of this receiver. What is not settled comes up again when its claim ends."""
        claim: C | None = first
        ends = time.monotonic() + self.turn_seconds
        try:
            while claim is not None:
                last, claim = claim, None
                result = self.act(last)
                claim = self.settle(last, result, self._goes_on(ends))
        except StoreUnavailable:
            self.log.error("%s %s: the store does not answer", self.work, last.sid)
        except Exception as error:
            failures.note(self.work, last.sid, error)

    def _goes_on(self, ends: float) -> bool:
        over = time.monotonic() > ends
        return not self.slots.stopping and not (over and (self.slots.is_full() or not self.stays_unless_full))
