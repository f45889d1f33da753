"""A call's status callbacks: sent in order, in the background."""

from __future__ import annotations

from collections import deque

from simulator import faults
from simulator.state import State
from simulator.voice import params
from simulator.voice.model import Call, Report
from simulator.webhooks import Webhook, WebhookSender
from simulator.work import Cause, Work

KIND = "call-status"


class Reporter:
    """`report` is called under the lock of `pace`; the parameters are those of that moment, even if sent later."""

    def __init__(self, call: Call, report: Report | None, state: State, work: Work, webhooks: WebhookSender) -> None:
        self._call, self._report = call, report
        self._state, self._work, self._webhooks = state, work, webhooks
        self._sequence = 0
        self._waiting: deque[dict[str, str]] = deque()
        self._held: dict[str, str] | None = None
        self._sending = False

    def report(self, event: str) -> None:
        if self._report is None:
            return
        wanted, last = event in self._report.events, event == "completed"
        with self._state.lock:
            if wanted:
                self._append(params.progress(self._call, event, self._sequence), last)
                self._sequence += 1
            if self._held is not None and last:
                self._waiting.append(self._held)
                self._held = None
            if self._waiting and not self._sending:
                self._sending = True
                self._work.submit(Cause(), self._send)

    def _append(self, form: dict[str, str], last: bool) -> None:
        """With a reorder fault, a report is sent after the next one; the last report is never held back."""
        if not last and self._held is None and self._state.take_rule("reorder", *faults.names(KIND)):
            self._held = form
            return
        self._waiting.append(form)
        if self._held is not None:
            self._waiting.append(self._held)
            self._held = None

    def _send(self) -> None:
        while (form := self._next()) is not None:
            if self._report is not None and not self._state.faults.drop_status_callbacks:
                call, report = self._call, self._report
                self._webhooks.call(Webhook(KIND, call.account_sid, call.sid, report.url, form, report.method))

    def _next(self) -> dict[str, str] | None:
        with self._state.lock:
            self._sending = bool(self._waiting)
            return self._waiting.popleft() if self._waiting else None
