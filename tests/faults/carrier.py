"""The oracle: the simulator's engine inside the test's own process, which is never killed, with faults by chance."""

from __future__ import annotations

import random
import threading
import time
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from simulator import catalogue, faults, numbers, server, sids
from simulator.model import Draft, Media, Message, Number
from simulator.voice.model import Call
from simulator.webhooks import Answer, Webhook, WebhookSender
from tests.support.stack import ACCOUNT, TOKEN

#: A telephone's second is this much faster, so that a call takes about a second.
SPEED = 10.0
#: Longer than our client waits for the carrier's answer.
LATE_SECONDS = 11.0
AT_ONCE = (0.0, 0.0, 0.0, 0.0, 0.0)
#: Seconds before each further try of a webhook.
SPACED = (0.3, 0.7, 1.0, 2.0, 3.0)


@dataclass(frozen=True)
class Mix:
    """How often each fault of the carrier happens, and how long it waits between the tries of a webhook.

    The carrier's 500 without the message, and its late answer, leave a doubt that takes minutes to settle.
    """

    refused_429: float = 0.02
    failed_500: float = 0.02
    accepted_500: float = 0.03
    accepted_reset: float = 0.03
    accepted_late: float = 0.02
    never_reported: float = 0.30
    reported_twice: float = 0.10
    tripled: float = 0.10
    answer_lost: float = 0.02
    pauses: tuple[float, ...] = AT_ONCE


#: The mix M1 of the plan, and the part of it that settles within seconds; no fault of the carrier at all.
M1 = Mix()
QUICK = Mix(failed_500=0, accepted_late=0, pauses=SPACED)
CALM = Mix(*(0,) * 9, pauses=SPACED)


class Carrier:
    """`messages` and `calls` are what really went out, whatever anybody was told about it."""

    def __init__(self, seed: int, mix: Mix) -> None:
        self.mix, self._dice, self._lock = mix, random.Random(seed), threading.Lock()
        self.server = server.start(account_sid=ACCOUNT, auth_token=TOKEN, numbers=0, speed=SPEED)
        self.engine = self.server.carrier
        self.url = self.server.url
        # All of them: the checker looks up whether a call's webhook was answered.
        self.engine.state.attempts = deque(maxlen=1_000_000)
        self._unreported: dict[str, bool] = {}
        sender = self.engine.webhooks
        self._call = sender.call
        # The engine's parts hold this object, so its methods are replaced, not the object.
        sender.call = self._webhook  # type: ignore[method-assign]
        sender._try = self._try  # type: ignore[method-assign]
        self._app = self.server._server.app
        self.server._server.app = self._rest

    def add_numbers(self, phones: Iterable[str]) -> None:
        state = self.engine.state
        with state.lock:
            for phone in phones:
                able = {**catalogue.SMS_AND_MMS, "voice": True}
                state.add_number(numbers.make(ACCOUNT, phone, next(state.seq), sids.fixed("PN", phone), able))

    def number(self, phone: str) -> Number:
        return self.engine.state.by_phone[phone]

    def inbox(self, phone: str) -> list[Message]:
        with self.engine.state.lock:
            return list(self.engine.state.inboxes.get(phone, ()))

    def inboxes(self) -> dict[str, list[Message]]:
        with self.engine.state.lock:
            return {phone: list(found) for phone, found in self.engine.state.inboxes.items()}

    def legs_of(self, call_sid: str) -> list[Call]:
        with self.engine.state.lock:
            return [one for one in self.engine.state.calls.values() if one.parent_sid == call_sid]

    def text(self, sender: str, to: str, body: str, media: tuple[Media, ...] = ()) -> tuple[str, bool]:
        """A phone sends a text. Returns its SID, and whether the carrier got an answer to its webhook."""
        number = self.number(to)
        message, cause = self.engine.text(number, sender, body, media)
        answer = self.engine.answer(number, message, cause)
        return message.sid, answer is not None and not answer.failure

    def send(self, sender: str, to: str, body: str) -> None:
        """What a request of ours would send, without the faults that a request may meet."""
        self.engine.carry(self.engine.accept(Draft(ACCOUNT, "outbound-api", sender, to, body)))

    def call(self, sender: str, to: str, talk: float, patience: float) -> str:
        """A phone calls a number. Returns the call's SID when the call is over."""
        leg = self.engine.exchange.receive(self.number(to), sender, talk)
        self.engine.pace.wait_real(lambda: leg.call.is_final, patience)
        return leg.call.sid

    def stop(self) -> None:
        self.server.stop()

    # --- faults ------------------------------------------------------------------------------------------------------

    def chance(self, share: float) -> bool:
        with self._lock:
            return self._dice.random() < share

    def _webhook(self, hook: Webhook) -> Answer:
        """A message without any report gets neither its action's nor its status callback's request."""
        if hook.kind in ("action", *faults.STATUSES):
            if self._is_unreported(hook.message_sid):
                return Answer(hook.url, failure="rt")
            again = self.chance(self.mix.reported_twice)
        else:
            again = False
        answer = self._call(hook)
        repeats = 2 if hook.kind == "message" and self.chance(self.mix.tripled) else 1 if again else 0
        for _ in range(repeats):
            self._call(hook)
        return answer

    def _is_unreported(self, sid: str) -> bool:
        with self._lock:
            return self._unreported.setdefault(sid, self._dice.random() < self.mix.never_reported)

    def _try(self, delivery: Any) -> Answer:
        """The simulator repeats at once; here with the mix's pauses, and some answers never reach the carrier."""
        sender: WebhookSender = self.engine.webhooks
        for attempt in range(1, delivery.rules.retries + 2):
            if attempt > 1:
                time.sleep(self.mix.pauses[min(attempt - 2, len(self.mix.pauses) - 1)])
            answer = sender._attempt(delivery, attempt)
            if answer.status is not None and self.chance(self.mix.answer_lost):
                answer = Answer(delivery.url, failure="rt", attempts=attempt)
            if answer.failure not in delivery.rules.policy or time.monotonic() >= delivery.deadline:
                break
        return answer

    def _rest(self, environ: dict[str, Any], start: Any) -> Any:
        if environ["REQUEST_METHOD"] == "POST" and environ["PATH_INFO"].endswith("/Messages.json"):
            if self.chance(self.mix.accepted_late):
                done = list(self._app(environ, start))
                time.sleep(LATE_SECONDS)
                return done
            if what := self._fault():
                self._break_next(what)
        return self._app(environ, start)

    def _fault(self) -> str:
        with self._lock:
            drawn = self._dice.random()
        for what, share in (
            ("429", self.mix.refused_429), ("500", self.mix.failed_500),
            ("accept-then-500", self.mix.accepted_500), ("accept-then-reset", self.mix.accepted_reset),
        ):  # fmt: skip
            if drawn < share:
                return what
            drawn -= share
        return ""

    def _break_next(self, what: str) -> None:
        """Whichever request comes next gets it: they are all alike."""
        rule = faults.read({"on": "rest:messages", "do": what, "count": 1, "method": "POST"})
        with self.engine.state.lock:
            self.engine.state.faults.rules = [*self.engine.state.faults.rules, rule]
