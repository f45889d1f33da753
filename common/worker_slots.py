"""Limits a worker's concurrent requests: in total, for each account, and for each receiver. Nothing waits here.

A receiver that got no slot is noted: the next free one is kept for it, and threads that had their turn end. So a long
backlog of one receiver does not keep the slots of its account, or all of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection
from threading import Condition, Thread
from time import monotonic
from typing import NamedTuple

#: Unless said otherwise.
PER_RECEIVER = 3
#: A receiver that does not ask again within this time does not wait any more. Jobs ask every second or two.
WAIT_SECONDS = 5.0


class Receiver(NamedTuple):
    """`owner`: the account whose slots are used. Requests to the carrier do not use an app's slots."""

    owner: str
    service_sid: str
    kind: str


class WorkerSlots:
    """One for each process. Its threads end with the process; their work is repeated when its claim ends.

    `undamped`: the kind of receiver that keeps all its slots even if its last try failed.
    """

    def __init__(self, threads: int, per_owner: int, per_receiver: int = PER_RECEIVER, *, undamped: str = "") -> None:
        self._undamped = undamped
        self._threads = threads
        self._per_owner = per_owner
        self._per_receiver = per_receiver
        self._all = 0
        self._owners = Counter[str]()
        self._receivers = Counter[Receiver]()
        self._failing: set[Receiver] = set()
        #: Receivers without a slot -> when they asked last; the one that has waited for longest comes first.
        self._waiting: dict[Receiver, float] = {}
        self._changed = Condition()
        self.stopping = False

    def enter(self, receiver: Receiver) -> int:
        """Take all slots that this receiver may have now; returns how many. A receiver whose last try failed gets one,
        except the undamped kind."""
        with self._changed:
            most = 1 if receiver in self._failing and receiver.kind != self._undamped else self._per_receiver
            free = min(self._free_beside(receiver, self._before(receiver)), most - self._receivers[receiver])
            taken = 0 if self.stopping else max(free, 0)
            self._count(receiver, taken)
            if taken:
                self._waiting.pop(receiver, None)
            elif not self._receivers[receiver]:
                self._waiting[receiver] = monotonic()
            return taken

    def leave(self, receiver: Receiver, slots: int = 1) -> None:
        with self._changed:
            self._count(receiver, -slots)
            self._changed.notify_all()

    def start(self, receiver: Receiver, act: Callable[[], None], name: str) -> Thread:
        """Run `act` in a thread of that name, in a slot that was taken; the slot is free again at its end."""

        def run() -> None:
            try:
                act()
            finally:
                self.leave(receiver)

        thread = Thread(target=run, daemon=True, name=name)
        thread.start()
        return thread

    def note(self, receiver: Receiver, good: bool) -> None:
        with self._changed:
            (self._failing.discard if good else self._failing.add)(receiver)

    def is_failing(self, receiver: Receiver) -> bool:
        """Whether the last try failed, or had no answer."""
        return receiver in self._failing

    def keep_waiting(self, service_sids: Collection[str]) -> None:
        """Only receivers of these Services wait on: another worker may have done the work of the others."""
        with self._changed:
            self._waiting = {one: at for one, at in self._waiting.items() if one.service_sid in service_sids}

    def is_wanted(self, receiver: Receiver) -> bool:
        """Whether a slot of this receiver should become free, because another receiver waits for one."""
        with self._changed:
            others = [one for one in self._asking() if one != receiver]
            return self._free_beside(receiver, others) < 0

    def _asking(self) -> list[Receiver]:
        now = monotonic()
        self._waiting = {one: at for one, at in self._waiting.items() if now - at < WAIT_SECONDS}
        return list(self._waiting)

    def _before(self, receiver: Receiver) -> list[Receiver]:
        """Those of other Services that have waited for longer than this receiver."""
        asking = self._asking()
        earlier = asking[: asking.index(receiver)] if receiver in asking else asking
        return [one for one in earlier if one[:2] != receiver[:2]]

    def _free_beside(self, receiver: Receiver, others: list[Receiver]) -> int:
        """How many slots this receiver's account may have, after one for each of the others that could use it.

        At most half of the slots are kept for others: some of them may have nothing to do any more.
        """
        of_owner = [one for one in others if one.owner == receiver.owner]
        able = [one for one in others if self._owners[one.owner] < self._per_owner]
        of_all = self._threads - self._all - min(len(able), self._threads // 2)
        kept = min(len(of_owner), self._per_owner // 2)
        return min(of_all, self._per_owner - self._owners[receiver.owner] - kept)

    def wait(self, seconds: float) -> bool:
        """Wait until no request is in progress; False after `seconds`."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._all, seconds)

    def stop(self, seconds: float) -> None:
        """Current requests may end; no new ones start."""
        self.stopping = True
        self.wait(seconds)

    def _count(self, receiver: Receiver, slots: int) -> None:
        self._all += slots
        self._owners[receiver.owner] += slots
        self._receivers[receiver] += slots
        if not self._receivers[receiver]:
            del self._receivers[receiver]
