"""What the worker and the clock share: how they start, wait for the store, and stop."""

from __future__ import annotations

import logging
import signal
import sys
import time
from collections.abc import Callable
from types import FrameType

from rq.exceptions import StopRequested

from common import logs
from common.config import ConfigError, Settings, environment, load
from common.starting import JOBS, check_stores, wait_for_store
from jobs import recurring
from record.errors import RecordError
from storage.store import StoreUnavailable

log = logging.getLogger("maskline")
RETRY_SECONDS = 1.0


Serve = Callable[[Settings], None]


def run(serve: Serve, check: Serve | None = None) -> int:
    """Runs until SIGTERM or SIGINT; returns the exit code. For settings that cannot work it prints how to fix them.

    `check` is called once, before `serve`, and may raise ConfigError.
    """
    return exit_code(lambda: repeat(serve, prepare(check)))


def exit_code(act: Callable[[], None]) -> int:
    try:
        act()
    except (ConfigError, RecordError, StoreUnavailable) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except StopRequested:
        pass
    return 0


def prepare(check: Serve | None = None) -> Settings:
    """Builds the runtime; waits for the store. Raises ConfigError, DatabaseUnusable."""
    logs.configure("WARNING")
    _install_signal_handlers()
    settings = load(environment())
    logs.configure(settings.log_level, settings.log_format)
    wait_for_store(lambda: _ready(settings), settings.start_wait_seconds)
    if check:
        check(settings)
    return settings


def repeat(serve: Serve, settings: Settings) -> None:
    """Until it is asked to stop."""
    while not _is_finished(serve, settings):
        time.sleep(RETRY_SECONDS)


def _ready(settings: Settings) -> None:
    """Raises StoreAway, ConfigError, or DatabaseUnusable if the database URL can never work."""
    check_stores(settings, JOBS)
    recurring.runtime().part(recurring.engine)


def _install_signal_handlers() -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _stop)


def _stop(number: int, frame: FrameType | None) -> None:
    # SystemExit is no Exception: if the signal arrives inside a log call, logging would swallow an Exception.
    sys.exit(0)


def _is_finished(serve: Serve, settings: Settings) -> bool:
    """False if `serve` must be called again: a restart of the store must not end the process."""
    try:
        serve(settings)
    except StopRequested:
        raise
    except Exception as error:
        # RQ's signal handlers are still installed, for a worker that no longer exists.
        _install_signal_handlers()
        log.error("the queue failed (%s); trying again. If this continues, correct QUEUE_URL", type(error).__name__)
        return False
    return True
