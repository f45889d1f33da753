"""python -m simulator: serve the carrier, text from a phone, read a phone, list the numbers."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from pathlib import Path
from threading import Event
from typing import Any

from simulator import client, server
from simulator.carrier import DEFAULT_NUMBERS, OptionError

DEFAULT_PORT = 5055


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    try:
        code: int = options.act(options)
        return code
    except (OptionError, client.Unreachable) as error:
        print(error, file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m simulator", description=__doc__)
    acts = parser.add_subparsers(required=True, metavar="serve | text | inbox | numbers")
    serve = acts.add_parser("serve", help="be the carrier, on this machine only")
    serve.add_argument("--port", type=int, default=DEFAULT_PORT)
    serve.add_argument("--numbers", type=int, default=DEFAULT_NUMBERS, help="how many numbers the account has at first")
    serve.add_argument("--account", default=os.environ.get("TWILIO_ACCOUNT_SID", ""), help="or TWILIO_ACCOUNT_SID")
    serve.add_argument("--token", default=os.environ.get("TWILIO_AUTH_TOKEN", ""), help="or TWILIO_AUTH_TOKEN")
    serve.add_argument("--state", type=Path, help="file that keeps numbers and keys over a restart")
    serve.set_defaults(act=_serve)
    text = acts.add_parser("text", help="a phone texts a number")
    for name in ("FROM", "TO", "BODY"):
        text.add_argument(name)
    text.add_argument("--media", action="append", default=[], metavar="URL")
    text.set_defaults(act=lambda o: client.text(o.FROM, o.TO, o.BODY, o.media))
    inbox = acts.add_parser("inbox", help="what a phone has received")
    inbox.add_argument("PHONE")
    inbox.set_defaults(act=lambda o: client.inbox(o.PHONE))
    acts.add_parser("numbers", help="the carrier's numbers").set_defaults(act=lambda o: client.numbers())
    return parser


def _serve(options: argparse.Namespace) -> int:
    handle = server.start(
        options.port,
        account_sid=options.account,
        auth_token=options.token,
        numbers=options.numbers,
        state_file=options.state,
    )
    print(f"simulator: {handle.url} with {len(handle.carrier.state.numbers)} numbers", flush=True)
    _until_told()
    handle.stop()
    return 0


def _until_told() -> None:
    told = Event()

    def tell(*_: Any) -> None:
        told.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, tell)
    told.wait()


if __name__ == "__main__":
    sys.exit(main())
