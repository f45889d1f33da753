"""`python -m proxy.check_and_run COMMAND…` checks settings, port and store, then becomes COMMAND.

A web server that cannot load the application restarts its workers again and again, each with a traceback. This command
fails once instead, with a message that says what to fix. If the store is not reachable yet, it waits.
"""

from __future__ import annotations

import os
import resource
import socket
import sys
import time
from argparse import REMAINDER, SUPPRESS, ArgumentParser
from pathlib import Path

from common import config, forks, logs
from common.config import ConfigError, Settings
from proxy.server_runtime import server_runtime

#: The workers of a killed server exit within about a second, or when their current requests are done.
PORT_WAIT_SECONDS = 15.0
#: Twice the --backpressure of the Procfile.
CONNECTIONS = 8192
#: It runs in this process (proxy/web_server.py); any other command replaces the process.
WEB_SERVER = "granian"
#: The web server reads this environment variable, and then its lines have the same format as ours.
SERVER_LOG_CONFIG = "GRANIAN_LOG_CONFIG"


def main() -> int:
    parser = ArgumentParser(prog="python -m proxy.check_and_run", description=__doc__)
    parser.add_argument("program", help="the command to run, with its arguments")
    parser.add_argument("arguments", nargs=REMAINDER, help=SUPPRESS)
    args = parser.parse_args()
    try:
        _check()
        if args.program != WEB_SERVER:
            os.execvp(args.program, [args.program, *args.arguments])
    except ConfigError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except OSError as error:
        fix = "Run: pip install -r requirements.txt"
        sys.stderr.write(f"{args.program} cannot be started ({error.strerror}). {fix}\n")
        return 1
    except KeyboardInterrupt:
        return 1
    # Imported here: settings that cannot work are told of before all this is loaded.
    with forks.loading():
        from proxy import web_server

    return web_server.run(args.arguments)


def _check() -> None:
    """Raises ConfigError."""
    settings = config.load(config.environment())
    logs.configure(settings.log_level, settings.log_format)
    _wait_for_port(settings)
    # Workers inherit the runtime, but a connection that they shared would mix their answers.
    server_runtime().store.disconnect()
    server_config = Path(__file__).with_name(f"granian_{settings.log_format}.json")
    os.environ.setdefault(SERVER_LOG_CONFIG, str(server_config))
    _allow_connections()


def _allow_connections() -> None:
    """Each connection is an open file, and many systems allow a process 1,024 of them unless it asks for more."""
    allowed, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = CONNECTIONS if most == resource.RLIM_INFINITY else min(CONNECTIONS, most)
    if allowed != resource.RLIM_INFINITY and allowed < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))


def _wait_for_port(settings: Settings) -> None:
    deadline = time.monotonic() + PORT_WAIT_SECONDS
    while not _is_free(settings.listen_host, settings.port):
        if time.monotonic() > deadline:
            raise ConfigError(
                f"PORT {settings.port} is used by another process. Stop it, or write: PORT={settings.port + 1}"
            )
        time.sleep(0.2)


def _is_free(host: str, port: int) -> bool:
    """Without SO_REUSEPORT: with it, as in the web server, binding succeeds even if another process has the port."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


if __name__ == "__main__":
    sys.exit(main())
