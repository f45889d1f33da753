"""An oracle: replays the events that a Service recorded, in their order, in the reference model."""

from __future__ import annotations

import json
from typing import Any

from storage import keys
from storage.short_form import unfold_event
from tests.sessions.model import Member, Session
from tests.sessions.model_pool import Number
from tests.sessions.side_by_side import SideBySide

#: The number of an event, and what a person held or what state a Session had from that event on.
Change = tuple[int, Any]


class Replay:
    def __init__(self, sides: SideBySide, pool: list[Number]) -> None:
        self.sides, self.model = sides, sides.model
        self.pool = {number.number: number for number in pool}
        self.held: dict[str, list[Change]] = {who: [(0, frozenset())] for who in sides.index.values()}
        self.stood: dict[str, list[Change]] = {}
        #: Session SID -> number of the event that opened it, and how many people it had
        self.opened: dict[str, tuple[int, int]] = {}
        self.participants: dict[str, int] = {}
        self.unsticky = 0

    def run(self) -> None:
        client: Any = self.sides.rt.store.client
        events = client.xrange(keys.events(self.sides.service.sid))
        for place, event in enumerate((unfold_event(fields) for _, fields in events), 1):
            assert int(event[b"n"]) == place, "an event is missing"
            self.model.now = int(event[b"at"])
            self._apply(place, event[b"t"].decode(), event[b"s"].decode(), json.loads(event[b"d"]))

    def _apply(self, n: int, kind: str, session: str, detail: dict[str, Any]) -> None:
        if kind == "number.added":
            self.model.add_number(self.pool[detail["number"]])
        elif kind == "session.opened":
            self._open(n, session, detail)
        elif kind == "participant.joined":
            self._expect_free(detail, [])
            assert self.model.add(session, self._who(detail)).number == detail["number"]
            self.participants[detail["sid"]] = len(self.model.sessions[session].people) - 1
        elif kind == "participant.removed":
            self.model.remove(session, self.participants[detail["participant"]])
        elif kind in ("session.closed", "session.reopened", "session.updated"):
            self.model.update(session, detail.get("status", "closed"))
        else:
            assert kind == "service.created", kind
        if session:
            self._note(n, session)

    def _open(self, n: int, session: str, doc: dict[str, Any]) -> None:
        people = doc["people"] or []
        taken: list[str] = []
        for place, one in enumerate(people):
            self._expect_free(one, taken)
            taken.append(one["number"])
            self.participants[one["sid"]] = place
        opened = self.model.open(session, [(self._who(one), None) for one in people])
        assert [member.number for member in opened.people] == taken, "the model chooses other numbers"
        self.opened[session] = n, len(people)

    def _who(self, person: dict[str, Any]) -> str:
        return self.sides.index[person["who"]]

    def _expect_free(self, person: dict[str, Any], taken: list[str]) -> None:
        """Without the model's ladder: no pair is leased twice, and a number new to the person has the least load."""
        who, number, model = self._who(person), person["number"], self.model
        had, held = model.past.get(who, {}), model.holds(who)
        assert number not in held, "a pair is leased twice"
        if number in had:
            return
        free = set(self.pool) - held - set(had)
        self.unsticky += 1
        loads = {one: model.load(one) + taken.count(one) for one in free}
        assert loads[number] == min(loads.values()), "another number was less loaded"

    def _note(self, n: int, key: str) -> None:
        session = self.model.sessions[key]
        there, ever = ([member.who for member in people] for people in (session.active(), session.people))
        self.stood.setdefault(key, []).append((n, (session.status, there, ever)))
        for member in session.people:
            self.held[member.who].append((n, frozenset(self.model.holds(member.who))))

    # What was true at some moment between two events

    def ever_held_all(self, who: str, between: tuple[int, int]) -> bool:
        return any(held == set(self.pool) for held in _during(self.held[who], between))

    def ever_held(self, member: Member, between: tuple[int, int]) -> bool:
        return any(member.number in held for held in _during(self.held[member.who], between))

    def states(self, key: str, between: tuple[int, int]) -> list[tuple[str, list[str], list[str]]]:
        """Each state of the Session in that time: its status, its present people, and all people it ever had."""
        return _during(self.stood[key], between)

    def session(self, key: str) -> Session:
        return self.model.sessions[key]


def _during(changes: list[Change], between: tuple[int, int]) -> list[Any]:
    before, after = between
    first = max((place for place, (n, _) in enumerate(changes) if n <= before), default=0)
    return [value for n, value in changes[first:] if n <= after]
