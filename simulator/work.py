"""Background work that can be waited for: the work that one event caused, or all work."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from threading import Condition
from typing import Any

from simulator.model import Message

log = logging.getLogger(__name__)


class Cause:
    """The work that one event caused; it has settled when none is left."""

    def __init__(self) -> None:
        self._pending = 0
        self._done = Condition()
        self.replies: Counter[tuple[str, str]] = Counter()
        #: The messages that TwiML sent, in order.
        self.sent: list[Message] = []

    def begin(self) -> None:
        with self._done:
            self._pending += 1

    def end(self) -> None:
        with self._done:
            self._pending -= 1
            if not self._pending:
                self._done.notify_all()

    @contextmanager
    def running(self) -> Iterator[None]:
        self.begin()
        try:
            yield
        finally:
            self.end()

    def wait(self, timeout: float) -> bool:
        with self._done:
            return self._done.wait_for(lambda: not self._pending, timeout)


class Work:
    """No task waits for another task, so a few threads cannot deadlock."""

    def __init__(self, threads: int = 32) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="simulator")
        self.everything = Cause()

    def submit(self, cause: Cause, act: Callable[..., Any], *args: Any) -> None:
        cause.begin()
        self.everything.begin()
        try:
            self._pool.submit(self._run, cause, act, args)
        except RuntimeError:  # the pool is shutting down: tasks that have not started are dropped
            self._finish(cause)

    def stop(self) -> None:
        with suppress(RuntimeError):
            self._pool.shutdown(wait=False, cancel_futures=True)

    def _run(self, cause: Cause, act: Callable[..., Any], args: tuple[Any, ...]) -> None:
        try:
            act(*args)
        except Exception as error:
            # Only the type: an error's text may contain a phone number.
            log.error("background work failed: %s", type(error).__name__)
        finally:
            self._finish(cause)

    def _finish(self, cause: Cause) -> None:
        cause.end()
        self.everything.end()
