"""python -m simulator: run the simulated carrier, act as the people at the phones, show calls and texts, set faults."""

from __future__ import annotations

import argparse
import signal
import socket
import sys
from threading import Event
from typing import Any

from simulator import client, server
from simulator.arguments import parser
from simulator.carrier import OptionError, speed_from


def main(arguments: list[str] | None = None) -> int:
    options = parser(__doc__, _serve).parse_args(arguments)
    try:
        code: int = options.act(options)
        return code
    except (OptionError, client.Unreachable) as error:
        print(error, file=sys.stderr)
        return 2


def _serve(options: argparse.Namespace) -> int:
    if options.port and not _is_free(options.port):
        raise OptionError(f"port {options.port} is taken by another process: give another with --port")
    handle = server.start(
        options.port,
        account_sid=options.account,
        auth_token=options.token,
        numbers=options.numbers,
        state_file=options.state,
        speed=speed_from() if options.speed is None else options.speed,
    )
    print(f"simulator: {handle.url} with {len(handle.carrier.state.numbers)} numbers", flush=True)
    _wait_for_signal()
    handle.stop()
    return 0


def _is_free(port: int) -> bool:
    with socket.socket() as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind((server.HOST, port))
        except OSError:
            return False
    return True


def _wait_for_signal() -> None:
    stop = Event()

    def on_signal(*_: Any) -> None:
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, on_signal)
    stop.wait()


if __name__ == "__main__":
    sys.exit(main())
