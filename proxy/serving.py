"""How the application is loaded: by a worker of the web server, or by `flask`, which needs no store for `--help`."""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import sys
import threading
import time

import click
from flask import Flask
from flask.cli import FlaskGroup

from common import config, logs
from common.assembly import build
from common.config import ConfigError
from common.runtime import Runtime
from common.starting import wait_for_store
from proxy.app import create_app

log = logging.getLogger("maskline")

LOOK_SECONDS = 1.0
#: Requests under way have so long to end, as when the server stops its workers (Procfile: --workers-kill-timeout).
LEAVE_SECONDS = 10.0


def load() -> Flask:
    """One sentence and exit code 1 for what cannot work."""
    if by_flask():
        return create_app(_of_command)
    server = multiprocessing.parent_process()
    if server is not None and server.pid:
        _follow(server.pid)
    try:
        return create_app(_of_server())
    except ConfigError as error:
        sys.exit(str(error))


def by_flask() -> bool:
    context = click.get_current_context(silent=True)
    return context is not None and isinstance(context.find_root().command, FlaskGroup)


def _of_command() -> Runtime:
    """Built when a command first needs it: who has broken settings can still run `flask doctor`."""
    settings = config.load(config.environment())
    logs.configure(settings.log_level, settings.log_format)
    return build(settings)


def _of_server() -> Runtime:
    settings = config.load(config.environment())
    logs.configure(settings.log_level, settings.log_format)
    return wait_for_store(lambda: build(settings), settings.start_wait_seconds)


def _follow(server: int) -> None:
    """Ends this worker after its server was killed: it would go on beside the next one, with the old code."""
    # While this loads, the server's handlers are here by fork and do nothing; it sets the worker's own afterwards.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    threading.Thread(target=_watch, args=(server,), name="server", daemon=True).start()


def _watch(server: int) -> None:
    while os.getppid() == server:
        time.sleep(LOOK_SECONDS)
    log.warning("the web server of this worker was killed: the worker ends, too")
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(LEAVE_SECONDS)
    os._exit(1)
