"""The live calls, the phones and the rooms, for every part of a call."""

from __future__ import annotations

from abc import ABC, abstractmethod

from simulator.model import Alert
from simulator.state import State
from simulator.voice.leg import Leg
from simulator.voice.model import MAX_CALL_SECONDS, Call, Report
from simulator.voice.pace import Pace
from simulator.voice.phones import Phone
from simulator.voice.reports import Reporter
from simulator.voice.rooms import Room
from simulator.webhooks import WebhookSender
from simulator.work import Cause, Work


class Lines(ABC):
    def __init__(self, state: State, work: Work, webhooks: WebhookSender, pace: Pace) -> None:
        self.state, self.work, self.webhooks, self.pace = state, work, webhooks, pace
        self.live: dict[str, Leg] = {}
        self.phones: dict[str, Phone] = {}
        self.rooms: dict[tuple[str, str], Room] = {}
        self._saving = False

    @abstractmethod
    def ring(self, leg: Leg, timeout: float) -> None:
        """Ring until the call is answered. If it is not, the call ends with the reason as its status."""

    def phone(self, number: str) -> Phone:
        with self.pace.lock:
            return self.phones.setdefault(number, Phone(number, self.state.plan_of(number)))

    def leg(self, call: Call, report: Report | None) -> Leg:
        leg = Leg(call, self.pace, Reporter(call, report, self.state, self.work, self.webhooks))
        leg.limit, leg.on_end = MAX_CALL_SECONDS, self.ended
        with self.pace.lock:
            self.live[call.sid] = leg
        self.state.add_call(call)
        return leg

    def ended(self, leg: Leg) -> None:
        self.live.pop(leg.sid, None)
        if not self._saving:
            self._saving = True
            self.work.submit(Cause(), self._save)

    def _save(self) -> None:
        """One save for all calls that end while the file is written."""
        self._saving = False
        self.state.save()

    def owns(self, account_sid: str, phone: str) -> bool:
        number = self.state.by_phone.get(phone)
        return number is not None and number.account_sid == account_sid

    def sid_of(self, phone: str) -> str:
        number = self.state.by_phone.get(phone)
        return number.sid if number else ""

    def alert(self, leg: Leg, code: int, text: str, url: str = "", level: str = "error") -> None:
        self.state.alert(Alert(leg.call.account_sid, code, level, text, leg.sid, url))
