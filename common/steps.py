"""An operation as a generator, so that the same code runs in a thread and on the web server's event loop.

It yields each thing that somebody else must do for it, and gets the result: `answer = yield Call(...)`. Whoever runs it
decides how: `finish` here does it in the thread, proxy/edge/operations.py on the event loop.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, NamedTuple, TypeVar

from storage import keys
from storage.store import Store

T = TypeVar("T")


class Call(NamedTuple):
    """A function of the store, with its arguments; the result is its JSON. May raise StoreUnavailable."""

    script: str
    key: str
    args: dict[str, Any]


class Command(NamedTuple):
    """A command of the store that only reads; the result is as the store gives it. May raise StoreUnavailable."""

    words: tuple[str | int, ...]


class InThread(NamedTuple):
    """What follows waits for somebody else, or calls the store by itself: it must run in a thread. Result: None."""


IN_THREAD = InThread()
Step = Call | Command | InThread
Steps = Generator[Step, Any, T]


def service_call(script: str, service_sid: str, args: dict[str, Any]) -> Call:
    return Call(script, keys.service("service", service_sid), args)


def account_call(script: str, account_sid: str, args: dict[str, Any]) -> Call:
    return Call(script, keys.account("account", account_sid), args)


def finish(store: Store, steps: Steps[T]) -> T:
    """Runs an operation, or the rest of one that has come to IN_THREAD, in this thread."""
    try:
        step = next(steps)
        while True:
            try:
                answer = _do(store, step)
            except Exception as error:
                step = steps.throw(error)
            else:
                step = steps.send(answer)
    except StopIteration as end:
        result: T = end.value
        return result


def _do(store: Store, step: Step) -> Any:
    if isinstance(step, Call):
        return store.run(*step)
    if isinstance(step, Command):
        return store.command(step.words)
    return None


def failed(error: Exception) -> Steps[Any]:
    """An operation that has failed already."""
    raise error
    yield
