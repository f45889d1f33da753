"""Background work with an end that can be waited for: what one act caused, or everything."""

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
    """What one act set in motion; settled when nothing of it is left to do."""

    def __init__(self) -> None:
        self._left = 0
        self._done = Condition()
        self.replies: Counter[tuple[str, str]] = Counter()
        #: What TwiML sent, in order.
        self.sent: list[Message] = []

    def begin(self) -> None:
        with self._done:
            self._left += 1

    def end(self) -> None:
        with self._done:
            self._left -= 1
            if not self._left:
                self._done.notify_all()

    @contextmanager
    def held(self) -> Iterator[None]:
        self.begin()
        try:
            yield
        finally:
            self.end()

    def wait(self, timeout: float) -> bool:
        with self._done:
            return self._done.wait_for(lambda: not self._left, timeout)


class Work:
    """No task waits for another one, so a few threads never lock each other out."""

    def __init__(self, threads: int = 32) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="simulator")
        self.everything = Cause()

    def submit(self, cause: Cause, act: Callable[..., Any], *args: Any) -> None:
        cause.begin()
        self.everything.begin()
        try:
            self._pool.submit(self._run, cause, act, args)
        except RuntimeError:  # stopping: what is not begun is dropped
            self._finish(cause)

    def stop(self) -> None:
        with suppress(RuntimeError):
            self._pool.shutdown(wait=False, cancel_futures=True)

    def _run(self, cause: Cause, act: Callable[..., Any], args: tuple[Any, ...]) -> None:
        try:
            act(*args)
        except Exception as error:
            # The type alone: an error's text may quote a number.
            log.error("background work failed: %s", type(error).__name__)
        finally:
            self._finish(cause)

    def _finish(self, cause: Cause) -> None:
        cause.end()
        self.everything.end()
