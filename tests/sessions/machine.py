"""The operations on the real runtime and the reference model, side by side, as rules of a state machine."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from common.runtime import Runtime
from common.sids import new
from erasure.sessions import delete_session
from pool import numbers
from services import services
from sessions import expiry, participants, sessions
from tests.sessions.model import ACTIVE, Model
from tests.sessions.model_pool import Number, Refusal
from tests.sessions.real_runtime import ACCOUNT, TestClock, number_sid, put_number
from tests.sessions.side_by_side import SideBySide

PEOPLE = {
    "+14155552201": ("US", "415"),
    "+14155552202": ("US", "415"),
    "+14155552203": ("US", "415"),
    "+12125552204": ("US", "212"),
    "+442079460205": ("GB", None),
    "+33142685306": ("FR", None),
}
NUMBERS = [
    Number("+14155550101", "both", "US", "415"),
    Number("+14155550102", "both", "US", "415"),
    Number("+12125550103", "both", "US", "212"),
    Number("+12125550104", "both", "US", "212"),
    Number("+442079460105", "both", "GB", None),
    Number("+14155550106", "sms", "US", "415"),
    Number("+14155550107", "voice", "US", "415"),
]
MODES = st.sampled_from(["voice-and-message"] * 4 + ["message-only", "voice-only"])
#: Most people are Americans, so that they compete for the same numbers.
WHO = st.sampled_from([*list(PEOPLE)[:4] * 3, *PEOPLE])
NUMBER = st.integers(0, len(NUMBERS) - 1)
WANTED = st.none() | st.none() | st.none() | NUMBER
TTL = st.sampled_from([None, None, 0, 60, 600])
EXPIRY = st.sampled_from([None, None, None, None, None, -1, 0, 90_000, 600_000])
PICK = st.integers(0, 11)
WINDOW_MS = 86_400_000


class Machine(RuleBasedStateMachine):
    rt: Runtime
    clock: TestClock

    @initialize(
        behaviour=st.sampled_from(["prefer-sticky", "avoid-sticky"]),
        cooling=st.sampled_from([0, 300, 86400]),
        policy=st.sampled_from(["soft", "strict"]),
        level=st.sampled_from(["country", "country", "area-code", "overlay"]),
        ttl=st.sampled_from([0, 0, 300]),
        first=st.sampled_from([len(NUMBERS)] * 5 + [3, 0]),
        pairs=st.lists(st.tuples(WHO, WHO), min_size=1, max_size=4),
    )
    def begin(self, behaviour: str, cooling: int, policy: str, level: str, ttl: int, first: int, pairs: Any) -> None:
        fields = {
            "unique_name": new("model-"), "number_selection_behavior": behaviour, "cooling_seconds": cooling,
            "cooling_policy": policy, "geo_match_level": level, "default_ttl": ttl,
        }  # fmt: skip
        self.service = services.create_service(self.rt, ACCOUNT, fields)
        self.model = Model(PEOPLE.__getitem__, behaviour, cooling * 1000, policy, level, ttl, self.clock.now)
        self.sides = SideBySide(self.rt, self.clock, self.service, self.model, list(PEOPLE))
        self.keys: list[str] = []
        self.texts: list[tuple[int, tuple[str, str, str]]] = []
        for place in range(first):
            self.add_number(place, reserved=False)
        for one, other in pairs:
            self.introduce(one, other)

    def session(self, pick: int) -> str:
        return self.keys[pick % len(self.keys)]

    def moment(self, ahead: int | None) -> int | None:
        return None if ahead is None else self.clock.now + ahead

    # The pool

    @rule(place=NUMBER, reserved=st.sampled_from([False, False, True]))
    def add_number(self, place: int, reserved: bool) -> None:
        template = NUMBERS[place]
        number = Number(template.number, template.group, template.country, template.area, reserved)
        code = put_number(self.rt, self.service, number).get("error", 0)
        try:
            self.model.add_number(number)
        except Refusal as refusal:
            assert code == refusal.code
        else:
            assert code == 0

    @rule(place=NUMBER, reserved=st.booleans())
    def reserve(self, place: int, reserved: bool) -> None:
        number = NUMBERS[place].number
        self.sides.both(
            lambda: numbers.update_number(self.rt, self.service, number_sid(number), reserved),
            lambda: self.model.reserve(number, reserved),
        )

    @rule(place=NUMBER)
    def remove_number(self, place: int) -> None:
        number = NUMBERS[place].number
        self.sides.both(
            lambda: numbers.remove_number(self.rt, self.service, number_sid(number)),
            lambda: self.model.remove_number(number),
        )

    @rule()
    def settle(self) -> None:
        for number in self.rt.store.service("list_drained", self.service.sid, {})["numbers"] or ():
            numbers.return_to_carrier(self.rt, ACCOUNT, self.service.sid, number)
        self.model.settle()

    # Sessions

    @rule(one=WHO, other=WHO)
    def introduce(self, one: str, other: str) -> None:
        self.opened([(one, None), (other, None)])

    @rule(one=WHO, other=WHO, ttl=TTL)
    def introduce_for_a_while(self, one: str, other: str, ttl: int | None) -> None:
        self.opened([(one, None), (other, None)], ttl=ttl)

    @rule(
        people=st.lists(st.tuples(WHO, WANTED), max_size=3), mode=MODES, ttl=TTL, expiry=EXPIRY,
        name=st.sampled_from([None, None, "a ride", "another"]), status=st.sampled_from(ACTIVE),
    )  # fmt: skip
    def open(self, people: Any, mode: str, ttl: int | None, expiry: int | None, name: str | None, status: str) -> None:
        self.opened(people, mode, ttl, self.moment(expiry), name, status)

    def opened(
        self, people: Any, mode: str = "voice-and-message", ttl: int | None = None, expiry: int | None = None,
        name: str | None = None, status: str = "open",
    ) -> None:  # fmt: skip
        fields = {"unique_name": name, "mode": mode, "status": status, "ttl": ttl, "expiry_ms": expiry}
        given = [self.participant(who, wanted) for who, wanted in people]
        pairs = [(who, NUMBERS[wanted].number if wanted is not None else None) for who, wanted in people]
        found, expected = self.sides.both(
            lambda: sessions.open_session(self.rt, self.service, fields, given),
            lambda: self.model.open("new", pairs, mode, ttl, expiry, name, status),
        )
        if found:
            self.model.sessions[found.sid] = self.model.sessions.pop("new")
            self.keys.append(found.sid)
            assert [p.proxy_identifier for p in found.participants] == [m.number for m in expected.people]

    def participant(self, who: str, wanted: int | None) -> dict[str, Any]:
        return (
            {"identifier": who} if wanted is None else {"identifier": who, "proxy_identifier": NUMBERS[wanted].number}
        )

    @precondition(lambda self: self.keys)
    @rule(pick=PICK, who=WHO, wanted=WANTED)
    def add(self, pick: int, who: str, wanted: int | None) -> None:
        key = self.session(pick)
        number = None if wanted is None else NUMBERS[wanted].number
        given = self.participant(who, wanted)
        found, expected = self.sides.both(
            lambda: participants.add_participant(self.rt, self.service, key, given),
            lambda: self.model.add(key, who, number),
        )
        assert found is None or found.proxy_identifier == expected.number

    @precondition(lambda self: any(True for _ in self.model.leases()))
    @rule(pick=PICK, who=WHO)
    def swap(self, pick: int, who: str) -> None:
        """One Participant leaves an active Session and another joins: this is how apps hand a customer over."""
        held = list(self.model.leases())
        key = held[pick % len(held)][2]
        active = [place for place, one in enumerate(self.model.sessions[key].people) if one.left is None]
        self.removed(key, active[pick % len(active)])
        self.add(self.keys.index(key), who, None)

    @precondition(lambda self: any(session.people for session in self.model.sessions.values()))
    @rule(pick=PICK, place=PICK)
    def remove(self, pick: int, place: int) -> None:
        peopled = [key for key, session in self.model.sessions.items() if session.people]
        key = peopled[pick % len(peopled)]
        self.removed(key, place % len(self.model.sessions[key].people))

    def removed(self, key: str, place: int) -> None:
        people = self.sides.read_state().sessions[key]["people"]
        sid = people[place]["sid"]
        self.sides.both(
            lambda: participants.remove_participant(self.rt, self.service, key, sid),
            lambda: self.model.remove(key, place),
        )

    @precondition(lambda self: self.keys)
    @rule(pick=PICK)
    def close(self, pick: int) -> None:
        self.change(pick, "closed", None, None)

    @precondition(lambda self: self.keys)
    @rule(pick=PICK, status=st.sampled_from(ACTIVE), ttl=TTL, expiry=EXPIRY)
    def reopen(self, pick: int, status: str, ttl: int | None, expiry: int | None) -> None:
        self.change(pick, status, ttl, expiry)

    @precondition(lambda self: self.keys)
    @rule(pick=PICK, ttl=TTL, expiry=EXPIRY)
    def set_clock(self, pick: int, ttl: int | None, expiry: int | None) -> None:
        self.change(pick, None, ttl, expiry)

    def change(self, pick: int, status: str | None, ttl: int | None, ahead: int | None) -> None:
        key, expiry = self.session(pick), self.moment(ahead)
        given = {"status": status, "ttl": ttl, "expiry_ms": expiry}
        fields = {name: value for name, value in given.items() if value is not None}
        self.sides.both(
            lambda: sessions.update_session(self.rt, self.service, key, fields),
            lambda: self.model.update(key, status, ttl, expiry),
        )

    @precondition(lambda self: self.keys)
    @rule(pick=PICK)
    def delete(self, pick: int) -> None:
        key = self.session(pick)
        self.sides.both(lambda: delete_session(self.rt, self.service, key), lambda: self.model.delete(key))

    @precondition(lambda self: self.keys)
    @rule(pick=PICK)
    def read(self, pick: int) -> None:
        key = self.session(pick)
        self.sides.both(lambda: sessions.get_session(self.rt, self.service, key), lambda: self.model.read(key))

    # Time

    @rule(ms=st.sampled_from([1, 1000, 1000, 59_999, 61_000, 301_000, 3_600_000, 86_400_000]))
    def wait(self, ms: int) -> None:
        self.sides.wait(ms)

    @rule()
    def sweep(self) -> None:
        expiry.sweep_service(self.rt, self.service.sid)
        self.model.sweep()

    # Messages

    @rule(who=WHO | st.sampled_from([n.number for n in NUMBERS]), called=NUMBER)
    def text(self, who: str, called: int) -> None:
        self.send(new("SM"), who, NUMBERS[called].number)

    @precondition(lambda self: any(True for _ in self.model.leases()))
    @rule(pick=PICK)
    def text_a_partner(self, pick: int) -> None:
        held = list(self.model.leases())
        who, number, _ = held[pick % len(held)]
        self.send(new("SM"), who, number)

    @precondition(lambda self: self.texts)
    @rule(pick=PICK)
    def repeat_a_text(self, pick: int) -> None:
        at, text = self.texts[pick % len(self.texts)]
        if self.clock.now - at < WINDOW_MS:
            self.send(*text)

    def send(self, sid: str, who: str, called: str) -> None:
        self.sides.text(sid, who, called)
        self.texts.append((self.clock.now, (sid, who, called)))

    @invariant()
    def agree(self) -> None:
        self.sides.compare()
