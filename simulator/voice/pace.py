"""The simulated clock of calls: waits end with an event or after simulated seconds. It can run faster or skip ahead."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from threading import Condition, RLock, Thread
from typing import Any

log = logging.getLogger(__name__)
MIN_SPEED, MAX_SPEED = 0.01, 100_000.0


class Stopped(Exception):
    """The carrier is stopping."""


class _Waiter:
    def __init__(self, condition: Condition, ready: Callable[[], bool], until: float) -> None:
        self.condition, self.ready, self.until = condition, ready, until
        self.woken = False


class Pace:
    """One lock for all live call data. `rest`: wait until each call's thread waits for a person or the clock."""

    def __init__(self, speed: float = 1.0) -> None:
        self.lock = RLock()
        self._idle_changed = Condition(self.lock)
        self._base, self._since, self.speed = 0.0, time.monotonic(), _within(speed)
        self._threads = 0
        self._observers = Condition(self.lock)
        self._waiters: list[_Waiter] = []
        self._stopped = False

    def now(self) -> float:
        with self.lock:
            return self._base + (time.monotonic() - self._since) * self.speed

    def set_speed(self, speed: float) -> None:
        with self.lock:
            self._base, self._since, self.speed = self.now(), time.monotonic(), _within(speed)
            self._wake(lambda waiter: True)

    def advance(self, seconds: float) -> None:
        """Skip so many simulated seconds."""
        with self.lock:
            self._base += seconds
            self.notify()

    def notify(self) -> None:
        """Something has changed: wake the waits that can end now."""
        with self.lock:
            now = self.now()
            self._wake(lambda waiter: waiter.until <= now or waiter.ready())
            self._observers.notify_all()

    def wait(self, ready: Callable[[], bool], seconds: float) -> bool:
        """For the threads of calls, in simulated seconds. False: timed out."""
        with self.lock:
            waiter = _Waiter(Condition(self.lock), ready, self.now() + seconds)
            while not ready():
                left = waiter.until - self.now()
                if left <= 0:
                    return False
                self._sleep(waiter, left / self.speed)
            return True

    def wait_real(self, ready: Callable[[], bool], timeout: float) -> bool:
        """For other threads, in real seconds. False: timed out."""
        with self.lock:
            return self._observers.wait_for(ready, timeout)

    def start(self, act: Callable[..., Any], *args: Any) -> None:
        with self.lock:
            if self._stopped:
                return
            self._threads += 1
        Thread(target=self._run, args=(act, args), name="call", daemon=True).start()

    def wait_idle(self, timeout: float) -> bool:
        with self.lock:
            return self._idle_changed.wait_for(self.is_idle, timeout)

    def is_idle(self) -> bool:
        return sum(not waiter.woken for waiter in self._waiters) == self._threads

    def stop(self, timeout: float = 5.0) -> None:
        """End every wait and every call's thread, except threads that wait for an app's answer."""
        with self.lock:
            self._stopped = True
            self._wake(lambda waiter: True)
            self._idle_changed.wait_for(lambda: not self._threads, timeout)

    def _sleep(self, waiter: _Waiter, seconds: float) -> None:
        if self._stopped:
            raise Stopped
        waiter.woken = False
        self._waiters.append(waiter)
        self._idle_changed.notify_all()
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
            # Only the type: an error's text may contain a phone number.
            log.error("a call's thread failed: %s", type(error).__name__)
        finally:
            with self.lock:
                self._threads -= 1
                self._idle_changed.notify_all()


def _within(speed: float) -> float:
    return min(max(speed, MIN_SPEED), MAX_SPEED)
