"""The carrier as a whole: builds its parts once, and holds the operations that REST and /sim share."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from simulator import sids, snapshot
from simulator.dialogue import Dialogue
from simulator.media_fetcher import MediaFetcher
from simulator.model import Account, Draft, Media, Message, Number
from simulator.network import Network
from simulator.state import State
from simulator.voice.exchange import Exchange
from simulator.voice.pace import Pace
from simulator.webhooks import Answer, WebhookSender
from simulator.work import Cause, Work

DEFAULT_NUMBERS = 10
#: Seconds that apps have to receive the status callbacks of calls that a reset ends.
CALLBACK_SECONDS = 5.0


class OptionError(ValueError):
    """Says which option is wrong and what to write instead."""


@dataclass(frozen=True)
class Options:
    account_sid: str
    auth_token: str
    numbers: int = DEFAULT_NUMBERS
    state_file: Path | None = None
    speed: float = 1.0

    def __post_init__(self) -> None:
        if not sids.fits("AC", self.account_sid):
            raise OptionError("TWILIO_ACCOUNT_SID (or --account) must be AC and 32 hex digits")
        if not self.auth_token:
            raise OptionError("TWILIO_AUTH_TOKEN (or --token) must be set")


def options_from(environ: Mapping[str, str] = os.environ) -> Options:
    return Options(
        environ.get("TWILIO_ACCOUNT_SID", ""), environ.get("TWILIO_AUTH_TOKEN", ""), speed=speed_from(environ)
    )


def speed_from(environ: Mapping[str, str] = os.environ) -> float:
    text = environ.get("SIMULATOR_SPEED", "") or "1"
    try:
        return float(text)
    except ValueError:
        raise OptionError("SIMULATOR_SPEED must be a number: 60 makes a telephone's minute a second") from None


class Carrier:
    def __init__(self, options: Options) -> None:
        self.state = State()
        self.work = Work()
        self.webhooks = WebhookSender(self.state)
        self.media_fetcher = MediaFetcher(self.state)
        self.network = Network(self.state, self.work, self.webhooks)
        self.dialogue = Dialogue(self.state, self.work, self.webhooks, self.network)
        self.pace = Pace(options.speed)
        self.exchange = Exchange(self.state, self.work, self.webhooks, self.pace)
        if options.state_file is not None:
            snapshot.attach(self.state, options.state_file)
        self.state.add_account(Account(options.account_sid, options.auth_token), options.numbers)
        self.state.persist()

    def text(self, number: Number, sender: str, body: str, media: tuple[Media, ...]) -> tuple[Message, Cause]:
        """Receive a text from a virtual phone. The webhook is not sent yet."""
        return self.network.receive(number, sender, body, media), Cause()

    def answer(self, number: Number, message: Message, cause: Cause) -> Answer | None:
        with cause.running(), self.work.everything.running():
            return self.dialogue.converse(number, message, cause)

    def accept(self, draft: Draft) -> Message:
        return self.network.accept(draft)

    def carry(self, message: Message) -> None:
        cause = Cause()
        self.media_fetcher.fetch(message)
        arrived = self.network.deliver(message)
        self.network.report(message, cause)
        if arrived is not None:
            self.dialogue.start(*arrived, cause)

    def settle(self, timeout: float) -> bool:
        """Wait until all work is done, except calls that wait for a person or the simulated clock. False: timed out."""
        until = time.monotonic() + timeout
        while (left := until - time.monotonic()) > 0:
            if not self.pace.wait_idle(left) or not self.work.everything.wait(max(until - time.monotonic(), 0)):
                return False
            if self.pace.wait_idle(0) and self.work.everything.wait(0):
                return True
        return False

    def reset(self) -> None:
        """Delete traffic, plans and faults, and end live calls. Accounts, keys and numbers stay."""
        self.exchange.reset()
        self.settle(CALLBACK_SECONDS)
        with self.state.lock:
            self.state.clear()
            self.state.stopped.clear()
            self.state.plans.clear()
            self.state.persist()

    def stop(self) -> None:
        """Stop every call's thread, so that none sends another webhook."""
        self.pace.stop()
        self.exchange.reset()
        self.state.close()
        self.work.stop()
        self.webhooks.close()
        self.media_fetcher.close()
