"""The commands of the command line, and the function that each one calls."""

from __future__ import annotations

import argparse
import os
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path

from simulator import client, phone_client
from simulator.carrier import DEFAULT_NUMBERS
from simulator.faults import TO_REST, TO_WEBHOOKS
from simulator.voice.model import PLANS

DEFAULT_PORT = 5055
Act = Callable[[argparse.Namespace], int]


class Commands:
    """Adds subcommands to the parser, one at a time."""

    def __init__(self, description: str | None) -> None:
        self.parser = ArgumentParser(prog="python -m simulator", description=description)
        self._commands = self.parser.add_subparsers(required=True, metavar="COMMAND")

    def add(self, name: str, text: str, act: Act, *positionals: str) -> ArgumentParser:
        command = self._commands.add_parser(name, help=text)
        for positional in positionals:
            command.add_argument(positional)
        command.set_defaults(act=act)
        return command


def parser(description: str | None, serve: Act) -> ArgumentParser:
    commands = Commands(description)
    _serving(commands.add("serve", "run the carrier, reachable from this machine only", serve))
    _texts(commands)
    _calls(commands)
    _faults(commands)
    return commands.parser


def _serving(serve: ArgumentParser) -> None:
    serve.add_argument("--port", type=int, default=DEFAULT_PORT)
    serve.add_argument("--numbers", type=int, default=DEFAULT_NUMBERS, help="how many numbers the account starts with")
    serve.add_argument("--account", default=os.environ.get("TWILIO_ACCOUNT_SID", ""), help="or TWILIO_ACCOUNT_SID")
    serve.add_argument("--token", default=os.environ.get("TWILIO_AUTH_TOKEN", ""), help="or TWILIO_AUTH_TOKEN")
    serve.add_argument("--state", type=Path, help="file that saves numbers, keys and calls for the next start")
    serve.add_argument("--speed", type=float, help="simulated seconds in one real second, or SIMULATOR_SPEED")


def _texts(commands: Commands) -> None:
    text = commands.add(
        "text",
        "send a text from a phone to a number",
        lambda o: client.text(o.FROM, o.TO, o.BODY, o.media),
        "FROM",
        "TO",
        "BODY",
    )
    text.add_argument("--media", action="append", default=[], metavar="URL_OR_FILE")
    inbox = commands.add(
        "inbox", "show the texts that a phone received", lambda o: client.inbox(o.PHONE, o.follow), "PHONE"
    )
    inbox.add_argument("--follow", action="store_true", help="print each new text until Ctrl-C")
    commands.add("phones", "list the phones that texted, called or were reached", lambda o: client.phones())
    clear = commands.add("clear", "empty all inboxes, or one", lambda o: client.clear(o.PHONE))
    clear.add_argument("PHONE", nargs="?")
    commands.add("numbers", "list the carrier's numbers", lambda o: client.numbers())


def _calls(commands: Commands) -> None:
    act = phone_client.act
    call = commands.add("call", "call a number from a phone", phone_client.call, "FROM", "TO")
    call.add_argument(
        "--talk", type=float, default=0, metavar="SECONDS", help="hang up so many seconds after the answer"
    )
    call.add_argument("--name", default="", help="the caller's name, if the carrier knows it")
    call.add_argument("--forwarded", default="", metavar="PHONE", help="the phone that the call was forwarded from")
    commands.add("answer", "pick up a ringing phone", lambda o: act(o.PHONE, "answer"), "PHONE")
    commands.add("hangup", "hang up a phone, or decline its call", lambda o: act(o.PHONE, "hangup"), "PHONE")
    commands.add("keys", "press keys on a phone", lambda o: act(o.PHONE, "keys", keys=o.KEYS), "PHONE", "KEYS")
    commands.add("say", "speak into a phone", lambda o: act(o.PHONE, "say", text=o.TEXT), "PHONE", "TEXT")
    commands.add("heard", "show what a phone heard", lambda o: phone_client.heard(o.PHONE), "PHONE")
    commands.add("calls", "list all calls", lambda o: phone_client.calls())
    _plan(commands.add("plan", "set what a phone does when it rings", phone_client.plan, "PHONE"))
    clock = commands.add("clock", "show or set the simulated clock", lambda o: phone_client.clock(o.speed, o.advance))
    clock.add_argument("--speed", type=float, help="simulated seconds in one real second")
    clock.add_argument("--advance", type=float, metavar="SECONDS", help="skip so many simulated seconds")


def _plan(plan: ArgumentParser) -> None:
    plan.add_argument("PLAN", choices=PLANS)
    plan.add_argument("--delay", type=float, default=0, metavar="SECONDS", help="ring so long before it does so")
    plan.add_argument(
        "--talk", type=float, default=0, metavar="SECONDS", help="hang up so many seconds after the answer"
    )
    plan.add_argument("--keys", default="", help="keys to press after the answer")
    plan.add_argument("--name", default="", help="the owner's name, spoken by the mailbox")


def _faults(commands: Commands) -> None:
    fault = commands.add("fault", "set a fault", phone_client.fault, "ON")
    fault.add_argument("DO", choices=sorted({*TO_WEBHOOKS, *TO_REST}))
    fault.add_argument("--count", type=int, help="how often; without it, always")
    fault.add_argument("--ms", type=int, default=0, help="milliseconds of a delay")
    fault.add_argument("--code", type=int, default=0, help="error code of a refusal")
    fault.add_argument("--method", default="", help="HTTP method of REST; without it, any")
    faults = commands.add("faults", "list the faults", lambda o: phone_client.faults(o.clear))
    faults.add_argument("--clear", action="store_true", help="remove all faults")
