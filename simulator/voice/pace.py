"""The telephones' clock: waits that end by an event or in simulated seconds, which may run fast or be pushed on."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from threading import Condition, RLock, Thread
from typing import Any

log = logging.getLogger(__name__)
SLOWEST, FASTEST = 0.01, 100_000.0


class Stopped(Exception):
    """The carrier is going away."""


class _Waiter:
    def __init__(self, condition: Condition, ready: Callable[[], bool], until: float) -> None:
        self.condition, self.ready, self.until = condition, ready, until
        self.woken = False


class Pace:
    """One lock for all that is live in calls. `rest` is when each thread of a call waits for a person or the clock."""

    def __init__(self, speed: float = 1.0) -> None:
        self.lock = RLock()
        self._still = Condition(self.lock)
        self._base, self._since, self.speed = 0.0, time.monotonic(), _within(speed)
        self._threads = 0
        self._onlookers = Condition(self.lock)
        self._waiters: list[_Waiter] = []
        self._stopped = False

    def now(self) -> float:
        with self.lock:
            return self._base + (time.monotonic() - self._since) * self.speed

    def run_at(self, speed: float) -> None:
        with self.lock:
            self._base, self._since, self.speed = self.now(), time.monotonic(), _within(speed)
            self._wake(lambda waiter: True)

    def advance(self, seconds: float) -> None:
        """As if so many seconds had passed."""
        with self.lock:
            self._base += seconds
            self.tell()

    def tell(self) -> None:
        """Something has changed: who waited for it goes on."""
        with self.lock:
            now = self.now()
            self._wake(lambda waiter: waiter.until <= now or waiter.ready())
            self._onlookers.notify_all()

    def wait(self, ready: Callable[[], bool], seconds: float) -> bool:
        """For calls' own threads."""
        with self.lock:
            waiter = _Waiter(Condition(self.lock), ready, self.now() + seconds)
            while not ready():
                left = waiter.until - self.now()
                if left <= 0:
                    return False
                self._hold(waiter, left / self.speed)
            return True

    def look_on(self, ready: Callable[[], bool], timeout: float) -> bool:
        """For who is no call: in real seconds."""
        with self.lock:
            return self._onlookers.wait_for(ready, timeout)

    def start(self, act: Callable[..., Any], *args: Any) -> None:
        with self.lock:
            if self._stopped:
                return
            self._threads += 1
        Thread(target=self._run, args=(act, args), name="call", daemon=True).start()

    def rest(self, timeout: float) -> bool:
        with self.lock:
            return self._still.wait_for(self.is_resting, timeout)

    def is_resting(self) -> bool:
        return sum(not waiter.woken for waiter in self._waiters) == self._threads

    def stop(self, timeout: float = 5.0) -> None:
        """Every wait ends, and so does each call's thread that is not out asking an app."""
        with self.lock:
            self._stopped = True
            self._wake(lambda waiter: True)
            self._still.wait_for(lambda: not self._threads, timeout)

    def _hold(self, waiter: _Waiter, seconds: float) -> None:
        if self._stopped:
            raise Stopped
        waiter.woken = False
        self._waiters.append(waiter)
        self._still.notify_all()
        try:
            waiter.condition.wait(seconds)
        finally:
            self._waiters.remove(waiter)
        if self._stopped:
            raise Stopped

    def _wake(self, chosen: Callable[[_Waiter], bool]) -> None:
        for waiter in self._waiters:
            if not waiter.woken and chosen(waiter):
                waiter.woken = True
                waiter.condition.notify_all()

    def _run(self, act: Callable[..., Any], args: tuple[Any, ...]) -> None:
        try:
            act(*args)
        except Stopped:
            pass
        except Exception as error:
            # The type alone: an error's text may quote a number.
            log.error("a call's thread failed: %s", type(error).__name__)
        finally:
            with self.lock:
                self._threads -= 1
                self._still.notify_all()


def _within(speed: float) -> float:
    return min(max(speed, SLOWEST), FASTEST)
