"""The runtime of the web server, built before its workers are forked, so that they share it."""

from __future__ import annotations

from functools import cache

from common import config, logs
from common.assembly import build
from common.runtime import Runtime
from common.starting import wait_for_store
from record.ring_for_start import copy_for_start


@cache
def server_runtime() -> Runtime:
    """This process's, or that of the server whose fork it is. Waits for the store. Raises ConfigError."""
    settings = config.load(config.environment())
    logs.configure(settings.log_level, settings.log_format)
    return wait_for_store(lambda: build(settings, ring_copy=copy_for_start), settings.start_wait_seconds)
