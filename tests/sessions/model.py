"""A reference model of the rules, without a store: who holds which number, whom a text reaches, what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.sessions.model_pool import Past, Pool, Refusal

ACTIVE = ("open", "in-progress")
#: How many earlier numbers of a person are remembered.
HISTORY = 32


@dataclass
class Member:
    who: str
    number: str
    joined: int
    left: int | None = None
    #: Their last partner, if that one has left.
    met: str = ""


@dataclass
class Session:
    mode: str
    status: str
    ttl: int
    expiry: int | None
    created: int
    name: str | None = None
    people: list[Member] = field(default_factory=list)
    last: int = 0
    reopened: int = 0
    reason: str = ""

    def due(self) -> int | None:
        if self.status not in ACTIVE:
            return None
        if self.expiry is not None:
            return self.expiry
        return max(self.created, self.last, self.reopened) + self.ttl * 1000 if self.ttl else None

    def active(self) -> list[Member]:
        return [member for member in self.people if member.left is None]

    def met(self, me: Member) -> str:
        """The current partner, or else the last one that this Participant met."""
        others = [other for other in self.active() if other is not me]
        return others[0].who if others else me.met


@dataclass
class Outcome:
    """`kind` is forward, neutral or silent. A forward has a recipient and the caller id that the recipient sees."""

    kind: str
    reason: str = ""
    recipient: str = ""
    caller_id: str = ""


@dataclass
class Model(Pool):
    sessions: dict[str, Session] = field(default_factory=dict)
    answers: dict[str, Outcome] = field(default_factory=dict)

    def leases(self) -> Iterator[tuple[str, str, str]]:
        """The person, the number and the Session of each live lease."""
        for key, session in self.sessions.items():
            for member in session.active() if session.status in ACTIVE else ():
                yield member.who, member.number, key

    def is_due(self, session: Session) -> bool:
        due = session.due()
        return due is not None and due <= self.now

    def sweep(self) -> None:
        for key in self.sessions:
            self._meet(key)

    def _meet(self, key: str) -> Session:
        if key not in self.sessions:
            raise Refusal(20404)
        session = self.sessions[key]
        if self.is_due(session):
            self._close(key, "ttl" if session.expiry is None else "expiry")
        return session

    def _expire(self, who: str) -> None:
        for key in {key for person, _, key in self.leases() if person == who}:
            self._meet(key)

    def open(
        self, key: str, people: list[tuple[str, str | None]], mode: str = "voice-and-message", ttl: int | None = None,
        expiry: int | None = None, name: str | None = None, status: str = "open",
    ) -> Session:  # fmt: skip
        if len(people) > 2:
            raise Refusal(80609)
        if len({who for who, _ in people}) < len(people):
            raise Refusal(80103)
        if name is not None and name in {session.name for session in self.sessions.values()}:
            raise Refusal(80603)
        self._require_future(expiry)
        session = Session(mode, status, self.default_ttl if ttl is None else ttl, expiry, self.now, name)
        for slot, (who, wanted) in enumerate(people):
            partner = people[1 - slot][0] if len(people) == 2 else ""
            taken = [member.number for member in session.people]
            session.people.append(Member(who, self.choose(who, partner, mode, wanted, taken), self.now))
        self.sessions[key] = session
        return session

    def _require_future(self, expiry: int | None) -> None:
        if expiry is not None and expiry <= self.now:
            raise Refusal(20001)

    def update(self, key: str, status: str | None = None, ttl: int | None = None, expiry: int | None = None) -> None:
        session = self._meet(key)
        self._require_future(expiry)
        if session.status not in ACTIVE:
            if status not in ACTIVE:
                raise Refusal(80607)
            self._may_reopen(session, expiry)
            session.reopened, session.reason = self.now, ""
        session.ttl = session.ttl if ttl is None else ttl
        session.expiry = expiry or session.expiry
        if status == "closed":
            self._close(key, "api")
        session.status = status or session.status

    def _may_reopen(self, session: Session, expiry: int | None) -> None:
        self._require_future(expiry or session.expiry)
        for member in session.active():
            self._pooled(member.number, 80601)
            if member.number in self.holds(member.who):
                self._expire(member.who)
            if member.number in self.holds(member.who):
                raise Refusal(80604)

    def delete(self, key: str) -> None:
        if key not in self.sessions:
            raise Refusal(20404)
        if self.sessions[key].status in ACTIVE:
            self._close(key, "api")
        del self.sessions[key]

    def read(self, key: str) -> None:
        self._meet(key)

    def _close(self, key: str, reason: str) -> None:
        session = self.sessions[key]
        for member in session.active():
            self._release(key, member)
        session.status, session.reason = "closed", reason

    def _release(self, key: str, member: Member) -> None:
        partner = self.sessions[key].met(member)
        past = self.past.setdefault(member.who, {})
        past[member.number] = Past(self.now, partner, key)
        if len(past) > HISTORY:
            del past[min(past, key=lambda number: past[number].at)]
        if member.number in self.numbers:
            self.numbers[member.number].released = self.now // 1000

    def add(self, key: str, who: str, wanted: str | None = None) -> Member:
        session = self._meet(key)
        if session.status not in ACTIVE:
            raise Refusal(80607)
        there = session.active()
        if len(there) == 2:
            raise Refusal(80609)
        if who in [member.who for member in session.people]:
            raise Refusal(80103)
        number = self.choose(who, there[0].who if there else "", session.mode, wanted, [])
        session.people.append(Member(who, number, self.now))
        return session.people[-1]

    def remove(self, key: str, place: int) -> None:
        session = self._meet(key)
        member = session.people[place]
        if member.left is not None:
            return
        if session.status in ACTIVE:
            self._release(key, member)
        member.left = self.now
        for partner in session.active():
            partner.met = member.who

    def message(self, sid: str, who: str, called: str) -> Outcome:
        if sid not in self.answers:
            self.answers[sid] = self._decide(who, called)
        return self.answers[sid]

    def _decide(self, who: str, called: str) -> Outcome:
        if who in self.numbers:
            return Outcome("silent", "own-number")
        key = next((key for person, number, key in self.leases() if (person, number) == (who, called)), None)
        if key is None:
            return Outcome("neutral", "closed" if called in self.past.get(who, {}) else "unknown")
        due = self.is_due(self.sessions[key])
        session = self._meet(key)
        partner = next((member for member in session.active() if member.who != who), None)
        if due:
            return Outcome("neutral", "expired")
        if session.mode == "voice-only":
            return Outcome("neutral", "voice-only")
        if partner is None:
            return Outcome("neutral", "no-partner")
        session.status, session.last = "in-progress", self.now
        return Outcome("forward", "", partner.who, partner.number)
