"""The words of the command line, and what each leads to."""

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


class Words:
    """Adds one command after another."""

    def __init__(self, description: str | None) -> None:
        self.parser = ArgumentParser(prog="python -m simulator", description=description)
        self._commands = self.parser.add_subparsers(required=True, metavar="COMMAND")

    def add(self, name: str, text: str, act: Act, *places: str) -> ArgumentParser:
        one = self._commands.add_parser(name, help=text)
        for place in places:
            one.add_argument(place)
        one.set_defaults(act=act)
        return one


def parser(description: str | None, serve: Act) -> ArgumentParser:
    words = Words(description)
    _serving(words.add("serve", "be the carrier, on this machine only", serve))
    _texts(words)
    _calls(words)
    _faults(words)
    return words.parser


def _serving(serve: ArgumentParser) -> None:
    serve.add_argument("--port", type=int, default=DEFAULT_PORT)
    serve.add_argument("--numbers", type=int, default=DEFAULT_NUMBERS, help="how many numbers the account has at first")
    serve.add_argument("--account", default=os.environ.get("TWILIO_ACCOUNT_SID", ""), help="or TWILIO_ACCOUNT_SID")
    serve.add_argument("--token", default=os.environ.get("TWILIO_AUTH_TOKEN", ""), help="or TWILIO_AUTH_TOKEN")
    serve.add_argument("--state", type=Path, help="file that keeps numbers, keys and calls over a restart")
    serve.add_argument("--speed", type=float, help="telephone seconds in a real one, or SIMULATOR_SPEED")


def _texts(words: Words) -> None:
    text = words.add(
        "text", "a phone texts a number", lambda o: client.text(o.FROM, o.TO, o.BODY, o.media), "FROM", "TO", "BODY"
    )
    text.add_argument("--media", action="append", default=[], metavar="URL_OR_FILE")
    inbox = words.add("inbox", "what a phone has received", lambda o: client.inbox(o.PHONE, o.follow), "PHONE")
    inbox.add_argument("--follow", action="store_true", help="go on with each text that comes, until Ctrl-C")
    words.add("phones", "all phones that texted, called or were reached", lambda o: client.phones())
    clear = words.add("clear", "empty all inboxes, or one", lambda o: client.clear(o.PHONE))
    clear.add_argument("PHONE", nargs="?")
    words.add("numbers", "the carrier's numbers", lambda o: client.numbers())


def _calls(words: Words) -> None:
    act = phone_client.act
    call = words.add("call", "a phone calls a number", phone_client.call, "FROM", "TO")
    call.add_argument("--talk", type=float, default=0, metavar="SECONDS", help="hang up after so long")
    call.add_argument("--name", default="", help="the caller's, if the carrier knows it")
    call.add_argument("--forwarded", default="", metavar="PHONE", help="the phone that the call was forwarded from")
    words.add("answer", "a phone that rings is picked up", lambda o: act(o.PHONE, "answer"), "PHONE")
    words.add("hangup", "a phone hangs up, or declines", lambda o: act(o.PHONE, "hangup"), "PHONE")
    words.add("keys", "keys are pressed", lambda o: act(o.PHONE, "keys", keys=o.KEYS), "PHONE", "KEYS")
    words.add("say", "somebody speaks into a phone", lambda o: act(o.PHONE, "say", text=o.TEXT), "PHONE", "TEXT")
    words.add("heard", "what a phone was played and told", lambda o: phone_client.heard(o.PHONE), "PHONE")
    words.add("calls", "all calls", lambda o: phone_client.calls())
    _plan(words.add("plan", "what a phone does when it rings", phone_client.plan, "PHONE"))
    clock = words.add("clock", "the telephones' clock", lambda o: phone_client.clock(o.speed, o.advance))
    clock.add_argument("--speed", type=float, help="telephone seconds in a real one")
    clock.add_argument("--advance", type=float, metavar="SECONDS", help="as if so many had passed")


def _plan(plan: ArgumentParser) -> None:
    plan.add_argument("PLAN", choices=PLANS)
    plan.add_argument("--delay", type=float, default=0, metavar="SECONDS", help="of ringing before it does")
    plan.add_argument("--talk", type=float, default=0, metavar="SECONDS", help="hang up so long after answering")
    plan.add_argument("--keys", default="", help="pressed once it has answered")
    plan.add_argument("--name", default="", help="its owner's, told by the mailbox")


def _faults(words: Words) -> None:
    fault = words.add("fault", "break something", phone_client.fault, "ON")
    fault.add_argument("DO", choices=sorted({*TO_WEBHOOKS, *TO_REST}))
    fault.add_argument("--count", type=int, help="so many times; else always")
    fault.add_argument("--ms", type=int, default=0, help="of a delay")
    fault.add_argument("--code", type=int, default=0, help="that REST refuses with")
    fault.add_argument("--method", default="", help="of REST; else any")
    faults = words.add("faults", "what is broken", lambda o: phone_client.faults(o.clear))
    faults.add_argument("--clear", action="store_true", help="mend it all")
