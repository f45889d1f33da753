"""Limits a worker's concurrent requests: in total, for each account, and for each receiver. Nothing waits here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from threading import Condition, Thread
from typing import NamedTuple

#: Unless said otherwise.
PER_RECEIVER = 3


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
        self._changed = Condition()
        self.stopping = False

    def enter(self, receiver: Receiver) -> int:
        """Take all slots that this receiver may have now; returns how many. A receiver whose last try failed gets one,
        except the undamped kind."""
        with self._changed:
            most = 1 if receiver in self._failing and receiver.kind != self._undamped else self._per_receiver
            free = min(
                self._threads - self._all, self._per_owner - self._owners[receiver.owner],
                most - self._receivers[receiver],
            )  # fmt: skip
            taken = 0 if self.stopping else max(free, 0)
            self._count(receiver, taken)
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

    def is_full(self) -> bool:
        return self._all >= self._threads

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
