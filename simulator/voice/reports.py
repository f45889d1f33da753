"""A call's status callbacks: in order, one after another, beside the call itself."""

from __future__ import annotations

from collections import deque

from simulator import faults
from simulator.courier import Courier, Hook
from simulator.state import State
from simulator.voice import params
from simulator.voice.model import Call, Report
from simulator.work import Cause, Work

KIND = "call-status"


class Reporter:
    """Told of events under the pace's lock; a form is that of its moment, however late it is sent."""

    def __init__(self, call: Call, report: Report | None, state: State, work: Work, courier: Courier) -> None:
        self._call, self._report = call, report
        self._state, self._work, self._courier = state, work, courier
        self._sequence = 0
        self._waiting: deque[dict[str, str]] = deque()
        self._held: dict[str, str] | None = None
        self._busy = False

    def tell(self, event: str) -> None:
        if self._report is None:
            return
        wanted, last = event in self._report.events, event == "completed"
        with self._state.lock:
            if wanted:
                self._order(params.progress(self._call, event, self._sequence), last)
                self._sequence += 1
            if self._held is not None and last:
                self._waiting.append(self._held)
                self._held = None
            if self._waiting and not self._busy:
                self._busy = True
                self._work.submit(Cause(), self._send)

    def _order(self, form: dict[str, str], last: bool) -> None:
        """A reordered one waits for its successor; the last has none."""
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
                self._courier.call(Hook(KIND, call.account_sid, call.sid, report.url, form, report.method))

    def _next(self) -> dict[str, str] | None:
        with self._state.lock:
            self._busy = bool(self._waiting)
            return self._waiting.popleft() if self._waiting else None
