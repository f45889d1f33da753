"""Work that workers claim in the store: claim it for a limited time, do it, and settle it with the claim's token.

No other worker gets the work until the claim ends. If it was not settled by then, because the process died, was
suspended or lost the store, it can be claimed again. Each kind of work is a class with the script that claims, the
action, and the script that settles; threads, the next claim, failures and the end of the process are the same for all.
"""

from __future__ import annotations

import atexit
import logging
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from threading import Thread
from typing import Any, ClassVar, Generic, TypeVar

from common import failures
from common.runtime import Runtime
from common.worker_slots import Receiver, WorkerSlots
from storage.store import StoreUnavailable

#: This clock also runs while the machine sleeps, if the system has one.
CLOCK = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


def moment() -> float:
    """A time in seconds, from a clock that is never set."""
    return time.clock_gettime(CLOCK)


@dataclass(frozen=True, slots=True, repr=False)
class Claim:
    """Work of this process until the claim ends. `doc`: from the claiming script; `taken`: the time before it ran."""

    receiver: Receiver
    account_sid: str
    taken: float
    doc: dict[str, Any]

    @property
    def service_sid(self) -> str:
        return self.receiver.service_sid

    @property
    def sid(self) -> str:
        """The SID of its subject, for log lines."""
        return self.service_sid

    def is_older_than(self, seconds: float) -> bool:
        """Checked right before an action that must not be done twice: a suspended process then leaves it to another."""
        return moment() - self.taken > seconds


@dataclass(frozen=True, slots=True, repr=False)
class Result:
    """The result of a claim: `outcome` and `details` are arguments of the script that settles it, without None."""

    outcome: str
    details: Mapping[str, Any] = field(default_factory=dict)

    def arguments(self, **more: Any) -> dict[str, Any]:
        whole = {**more, **self.details, "outcome": self.outcome}
        return {name: value for name, value in whole.items() if value is not None}


C = TypeVar("C", bound=Claim)


class ClaimWorker(ABC, Generic[C]):
    """Each process has one object of each class: `rt.part(<the class>)`."""

    #: The name of the work, for log lines and the count of failures.
    work: ClassVar[str]
    log: ClassVar[logging.Logger]
    #: After this time a thread stops working for its receiver, so that others get one; 0: after one claim.
    turn_seconds: ClassVar[float] = 0.0
    #: The thread continues after that time while no other receiver waits for its slot.
    stays_unless_wanted: ClassVar[bool] = False
    #: How long the process waits for current work when it ends.
    last_seconds: ClassVar[float] = 5.0

    def __init__(self, rt: Runtime, claim_type: type[C], slots: WorkerSlots) -> None:
        self.rt = rt
        self.slots = slots
        self._claim_type = claim_type
        atexit.register(slots.stop, self.last_seconds)

    @abstractmethod
    def claim_due(self, slots: Sequence[Receiver]) -> Sequence[dict[str, Any]]:
        """Documents of work that is due now, at most one for each slot. All slots are of one Service."""

    @abstractmethod
    def act(self, claim: C) -> Result | None:
        """Does the work. None: it is left for the next claim."""

    @abstractmethod
    def settle(self, claim: C, result: Result | None, go_on: bool) -> C | None:
        """Records the result, if there is one. With `go_on` returns the next claim, if one is due."""

    def begin(self, account_sid: str, *receivers: Receiver) -> list[Thread]:
        """Claims due work for all free slots and starts threads for it. The receivers are of one Service."""
        slots: list[Receiver] = []
        claims: list[C] = []
        try:
            for receiver in receivers:
                slots += [receiver] * self.slots.enter(receiver)
            claims = self.claim(account_sid, slots) if slots else []
        finally:
            for unused in slots[: len(slots) - len(claims)]:
                self.slots.leave(unused)
        return [
            self.slots.start(claim.receiver, lambda claim=claim: self.take_turn(claim), self.work)  # type: ignore[misc]
            for claim in claims
        ]

    def run(self, account_sid: str, *receivers: Receiver) -> None:
        """Like `begin`, but returns when the work that it started is done."""
        for thread in self.begin(account_sid, *receivers):
            thread.join()

    def wait(self, seconds: float) -> bool:
        """Waits until no work is in progress; False after `seconds`."""
        return self.slots.wait(seconds)

    def claim(self, account_sid: str, slots: Sequence[Receiver]) -> list[C]:
        taken = moment()
        docs = self.claim_due(slots)
        # The first slots are those that stay unused.
        used = slots[len(slots) - len(docs) :]
        return [self._claim_type(receiver, account_sid, taken, doc) for receiver, doc in zip(used, docs, strict=True)]

    def claim_another(self, claim: C) -> C | None:
        """The next claim for the same receiver, if work is due."""
        return next(iter(self.claim(claim.account_sid, [claim.receiver])), None)

    def take_turn(self, first: C) -> None:
        """Works on one claim of this receiver after the other. Work that is not settled can be claimed again later."""
        claim: C | None = first
        ends = time.monotonic() + self.turn_seconds
        try:
            while claim is not None:
                last, claim = claim, None
                result = self.act(last)
                claim = self.settle(last, result, self._goes_on(last.receiver, ends))
        except StoreUnavailable:
            self.log.error("%s %s: the store does not answer", self.work, last.sid)
        except Exception as error:
            failures.note(self.work, last.sid, error)

    def _goes_on(self, receiver: Receiver, ends: float) -> bool:
        over = time.monotonic() > ends
        return not self.slots.stopping and not (
            over and (not self.stays_unless_wanted or self.slots.is_wanted(receiver))
        )
