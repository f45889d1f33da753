"""Before the web server: `python -m proxy.ready COMMAND…` checks settings, port and store, then becomes COMMAND.

The server starts its workers again and again, each with a traceback, when the application cannot be loaded. So what
cannot work ends here, once, with the sentence that mends it; and a store that is away is waited for.
"""

from __future__ import annotations

import os
import socket
import sys
import time
from argparse import REMAINDER, SUPPRESS, ArgumentParser
from pathlib import Path

from common import config, logs
from common.assembly import build
from common.config import ConfigError, Settings
from common.starting import wait_for_store

#: The workers of a killed server leave within about a second; a request that they are at takes longer.
PORT_SECONDS = 15.0
#: The web server's own lines as JSON, too: it reads this name from its environment.
SERVER_LOG = ("GRANIAN_LOG_CONFIG", str(Path(__file__).with_name("granian.json")))


def main() -> int:
    parser = ArgumentParser(prog="python -m proxy.ready", description=__doc__)
    parser.add_argument("program", help="what it becomes, with its arguments")
    parser.add_argument("arguments", nargs=REMAINDER, help=SUPPRESS)
    asked = parser.parse_args()
    try:
        settings = config.load(config.environment())
        logs.configure(settings.log_level, settings.log_format)
        _wait_for_port(settings)
        wait_for_store(lambda: build(settings), settings.start_wait_seconds)
        if settings.log_format == "json":
            os.environ.setdefault(*SERVER_LOG)
        os.execvp(asked.program, [asked.program, *asked.arguments])
    except ConfigError as error:
        sys.stderr.write(f"{error}\n")
    except OSError as error:
        mend = "Run: pip install -r requirements.txt"
        sys.stderr.write(f"{asked.program} cannot be started ({error.strerror}). {mend}\n")
    except KeyboardInterrupt:
        pass
    return 1


def _wait_for_port(settings: Settings) -> None:
    deadline = time.monotonic() + PORT_SECONDS
    while not _is_free(settings.port):
        if time.monotonic() > deadline:
            raise ConfigError(
                f"PORT {settings.port} is taken by another process. Stop that one, or write: PORT={settings.port + 1}"
            )
        time.sleep(0.2)


def _is_free(port: int) -> bool:
    """Without SO_REUSEPORT, by which the server itself would share the port with whatever else has it."""
    with socket.socket() as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind(("0.0.0.0", port))
        except OSError:
            return False
    return True


if __name__ == "__main__":
    sys.exit(main())
