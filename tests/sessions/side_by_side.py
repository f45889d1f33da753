"""The real runtime and the reference model, driven side by side and compared after each step."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

from carrier.inbound import Inbound
from common.errors import Refused
from common.identifiers import SCHEME
from common.model import Service
from common.runtime import Runtime
from common.steps import finish
from policy.quotas import rates
from relay import messages
from services.snapshot import read_snapshot
from storage import keys
from storage.short_form import unfold_event
from tests.sessions.model import Model, Outcome
from tests.sessions.model_pool import Refusal
from tests.sessions.real_runtime import State, TestClock, read_state


class SideBySide:
    def __init__(self, rt: Runtime, clock: TestClock, service: Service, model: Model, people: list[str]) -> None:
        self.rt, self.clock, self.service, self.model = rt, clock, service, model
        self.index = {rt.index.of(service.sid, SCHEME, who): who for who in people}
        rt.replace_part(rates, {kind: dict.fromkeys(each, 0) for kind, each in rates(rt).items()})
        #: The carrier's SID of a message -> why it was refused
        self.reasons: dict[str, str] = {}

    def wait(self, ms: int) -> None:
        self.clock.now += ms
        self.model.now = self.clock.now

    def both(self, real: Callable[[], Any], model: Callable[[], Any]) -> tuple[Any, Any]:
        """Does the same on both sides. Both must refuse with the same code. Returns both answers, or None and None."""
        expected, code = None, 0
        try:
            expected = model()
        except Refusal as refusal:
            code = refusal.code
        try:
            found = real()
        except Refused as refused:
            assert refused.code == code, f"refused with {refused.code}, the model says {code}"
            return None, None
        assert code == 0, f"done, but the model refuses with {code}"
        return found, expected

    def text(self, sid: str, who: str, called: str) -> None:
        expected = self.model.message(sid, who, called)
        # The model has no limits, so reset the count of notices for this person and make each text different.
        person = self.rt.index.of(self.service.sid, SCHEME, who)
        self.rt.store.client.delete(keys.service("told", self.service.sid, person))
        snapshot = read_snapshot(self.rt, self.service.sid)
        steps = messages.relay_message(self.rt, snapshot, Inbound("message", sid, who, called, f"hello {sid}"))
        answer = finish(self.rt.store, steps)
        assert self._understood(answer, sid, who, called) == expected

    def _understood(self, answer: str, sid: str, who: str, called: str) -> Outcome:
        parts = ElementTree.fromstring(answer).findall("Message")
        assert len(parts) < 2
        if parts and parts[0].get("statusCallback"):
            return Outcome("forward", "", parts[0].get("to", ""), parts[0].get("from", ""))
        assert all((part.get("to"), part.get("from")) == (who, called) for part in parts)
        if sid not in self.reasons:
            self.reasons[sid] = self._last_refusal()
        return Outcome("neutral" if parts else "silent", self.reasons[sid])

    def _last_refusal(self) -> str:
        client: Any = self.rt.store.client
        [(_, fields)] = client.xrevrange(keys.events(self.service.sid), count=1)
        event = unfold_event(fields)
        assert event[b"t"] == b"inbound.refused"
        return str(json.loads(event[b"d"])["reason"])

    def read_state(self) -> State:
        return read_state(self.rt, self.service, list(self.index))

    def compare(self) -> None:
        state, model = self.read_state(), self.model
        leased = sorted((self.index[who], number, key) for who, number, key in state.leases)
        assert leased == sorted(model.leases())
        assert leased == sorted(self._leases_of_documents(state)), "a lease without a Session, or the reverse"
        assert len({pair[:2] for pair in leased}) == len(leased), "a pair is leased twice"
        assert state.loads == {number: model.load(number) for number in model.numbers}
        ends = {key: due for key, session in model.sessions.items() if (due := session.due()) is not None}
        assert state.due.keys() == ends.keys()
        assert all(listed <= ends[key] for key, listed in state.due.items()), "a Session is listed after its end"
        assert state.names == {
            self.rt.index.of_name(self.service.sid, session.name): key
            for key, session in model.sessions.items()
            if session.name
        }
        assert self._sessions(state) == {
            key: (s.status, s.reason, s.ttl, s.expiry, [(m.who, m.number, m.left) for m in s.people])
            for key, s in model.sessions.items()
        }

        assert self._past(state) == {
            (who, number): (was.at, was.partner) for who, had in model.past.items() for number, was in had.items()
        }

    def _past(self, state: State) -> dict[tuple[str, str], tuple[int, str]]:
        return {
            (self.index[who], number): (at, self.index.get(partner, ""))
            for (who, number), (at, partner) in state.past.items()
        }

    def _leases_of_documents(self, state: State) -> list[tuple[str, str, str]]:
        return [
            (self.index[person["who"]], person["number"], key)
            for key, doc in state.sessions.items()
            for person in (doc["people"] if doc["status"] in ("open", "in-progress") else ())
            if "deleted" not in person
        ]

    def _sessions(self, state: State) -> dict[str, Any]:
        return {
            key: (
                doc["status"], doc["reason"], doc["ttl"], doc.get("expiry"),
                [(self.index[one["who"]], one["number"], one.get("deleted")) for one in doc["people"]],
            )
            for key, doc in state.sessions.items()
        }  # fmt: skip
