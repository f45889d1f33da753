"""The carrier as a whole: its parts built once, and the acts that REST and the control page share."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from simulator import sids, snapshot
from simulator.courier import Answer, Courier
from simulator.dialogue import Dialogue
from simulator.gallery import Gallery
from simulator.model import Account, Draft, Media, Message, Number
from simulator.network import Network
from simulator.state import State
from simulator.voice.exchange import Exchange
from simulator.voice.pace import Pace
from simulator.work import Cause, Work

DEFAULT_NUMBERS = 10
#: Seconds that apps have to hear of calls which a reset ends.
LAST_WORDS = 5.0


class OptionError(ValueError):
    """Says which option is wrong and what to write."""


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
        self.courier = Courier(self.state)
        self.gallery = Gallery(self.state)
        self.network = Network(self.state, self.work, self.courier)
        self.dialogue = Dialogue(self.state, self.work, self.courier, self.network)
        self.pace = Pace(options.speed)
        self.exchange = Exchange(self.state, self.work, self.courier, self.pace)
        if options.state_file is not None:
            snapshot.attach(self.state, options.state_file)
        self.state.add_account(Account(options.account_sid, options.auth_token), options.numbers)
        self.state.saved()

    def text(self, number: Number, sender: str, body: str, media: tuple[Media, ...]) -> tuple[Message, Cause]:
        """A virtual phone texts a number; nothing is set off yet."""
        return self.network.receive(number, sender, body, media), Cause()

    def answer(self, number: Number, message: Message, cause: Cause) -> Answer | None:
        with cause.held(), self.work.everything.held():
            return self.dialogue.converse(number, message, cause)

    def accept(self, draft: Draft) -> Message:
        return self.network.accept(draft)

    def carry(self, message: Message) -> None:
        cause = Cause()
        self.gallery.fetch(message)
        arrived = self.network.deliver(message)
        self.network.report(message, cause)
        if arrived is not None:
            self.dialogue.start(*arrived, cause)

    def settle(self, timeout: float) -> bool:
        """Until nothing is under way but what waits for a person or for the telephones' clock."""
        until = time.monotonic() + timeout
        while (left := until - time.monotonic()) > 0:
            if not self.pace.rest(left) or not self.work.everything.wait(max(until - time.monotonic(), 0)):
                return False
            if self.pace.rest(0) and self.work.everything.wait(0):
                return True
        return False

    def reset(self) -> None:
        """Traffic, plans and faults go, and live calls end; accounts, keys and numbers stay as they are."""
        self.exchange.reset()
        self.settle(LAST_WORDS)
        with self.state.lock:
            self.state.clear()
            self.state.stopped.clear()
            self.state.plans.clear()
            self.state.saved()

    def stop(self) -> None:
        """No call's thread goes on, so that none asks an app for more."""
        self.pace.stop()
        self.exchange.reset()
        self.state.close()
        self.work.stop()
        self.courier.close()
        self.gallery.close()
