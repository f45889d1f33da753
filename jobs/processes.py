"""What the worker and the clock have in common: how they start, wait for the store, and stop."""

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


def run(serve: Callable[[Settings], None]) -> int:
    """Serves until SIGTERM or SIGINT. Settings that cannot work end it at once with the way out."""
    logging.basicConfig(format=logs.FORMAT)
    _listen()
    try:
        settings = load(environment())
        logs.configure(settings.log_level, settings.log_format)
        wait_for_store(lambda: _ready(settings), settings.start_wait_seconds)
        while not _served(serve, settings):
            time.sleep(RETRY_SECONDS)
    except (ConfigError, RecordError, StoreUnavailable) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except StopRequested:
        pass
    return 0


def _ready(settings: Settings) -> None:
    """Raises StoreAway, ConfigError, or DatabaseUnusable for an address that can never work."""
    check_stores(settings, JOBS)
    recurring.runtime().part(recurring.engine)


def _listen() -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _stop)


def _stop(number: int, frame: FrameType | None) -> None:
    # No Exception: logging, which may be where the signal strikes, swallows those.
    sys.exit(0)


def _served(serve: Callable[[Settings], None], settings: Settings) -> bool:
    """False if it has to begin anew: a store that restarts must not end the process."""
    try:
        serve(settings)
    except StopRequested:
        raise
    except Exception as error:
        # RQ's own handlers are still in place, of a worker that is gone.
        _listen()
        log.error("the queue failed (%s); trying again. If it goes on, mend QUEUE_URL", type(error).__name__)
        return False
    return True
