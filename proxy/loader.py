"""Loads the application: for a worker of the web server, or for a `flask …` command (where `--help` needs no store)."""

from __future__ import annotations

import multiprocessing
import signal
import sys
from functools import cache

import click
from flask import Flask
from flask.cli import FlaskGroup

from common import config, forks, logs
from common.assembly import build
from common.config import ConfigError
from common.runtime import Runtime
from proxy.app import create_app
from proxy.server_runtime import server_runtime
from record.ring_for_start import copy_for_start

#: How long current requests may take after the server was killed, as in the Procfile: --workers-kill-timeout.
EXIT_SECONDS = 10.0


def load_app() -> Flask:
    """Wrong settings end a worker with a message and exit code 1."""
    if is_flask_command():
        return create_app(_build_for_command)
    server = multiprocessing.parent_process()
    if server is not None and server.pid:
        _exit_with_server(server.pid)
    try:
        return application()
    except ConfigError as error:
        sys.exit(str(error))


@cache
def application() -> Flask:
    """This process's, or that of the server whose fork it is. Raises ConfigError."""
    return create_app(server_runtime())


def is_flask_command() -> bool:
    context = click.get_current_context(silent=True)
    return context is not None and isinstance(context.find_root().command, FlaskGroup)


def _build_for_command() -> Runtime:
    """Called when a command first needs the runtime, so `flask doctor` runs even if the settings are wrong."""
    settings = config.load(config.environment())
    logs.configure(settings.log_level, settings.log_format)
    return build(settings, ring_copy=copy_for_start)


def _exit_with_server(server_pid: int) -> None:
    """Ends this worker when its server was killed: it would serve old code beside the next server."""
    # The forked handlers of the server do nothing here, and the worker's own handlers are set only after loading.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    forks.end_with(server_pid, EXIT_SECONDS)
