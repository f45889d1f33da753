"""The reference model's number pool: which number a person gets, and why none fits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

CLASSES = {"voice-and-message": ("both",), "message-only": ("both", "sms"), "voice-only": ("both", "voice")}


class Refusal(Exception):
    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


@dataclass
class Number:
    """`released` is the second of its last release; it decides between numbers with the same load."""

    number: str
    group: str
    country: str
    area: str | None
    reserved: bool = False
    draining: bool = False
    released: int = 0


@dataclass
class Past:
    at: int
    partner: str
    session: str


@dataclass
class Pool:
    """`home_of` returns a person's country and area; the test sets `now`."""

    home_of: Callable[[str], tuple[str, str | None]]
    behaviour: str = "prefer-sticky"
    cooling_ms: int = 0
    policy: str = "soft"
    level: str = "country"
    default_ttl: int = 0
    now: int = 0
    numbers: dict[str, Number] = field(default_factory=dict)
    past: dict[str, dict[str, Past]] = field(default_factory=dict)

    def leases(self) -> Iterator[tuple[str, str, str]]:
        """The person, the number and the Session of each live lease."""
        raise NotImplementedError

    def _expire(self, who: str) -> None:
        raise NotImplementedError

    def holds(self, who: str) -> set[str]:
        return {number for person, number, _ in self.leases() if person == who}

    def load(self, number: str) -> int:
        return len({session for _, leased, session in self.leases() if leased == number})

    def add_number(self, number: Number) -> None:
        known = self.numbers.get(number.number)
        if known and known.draining:
            raise Refusal(80601)
        if not known:
            self.numbers[number.number] = number

    def reserve(self, number: str, reserved: bool) -> None:
        if number in self.numbers and self.numbers[number].draining:
            raise Refusal(80601)
        self._pooled(number, 20404).reserved = reserved

    def remove_number(self, number: str) -> None:
        if number not in self.numbers:
            raise Refusal(20404)
        self.numbers[number].draining = True
        if not self.load(number):
            del self.numbers[number]

    def settle(self) -> None:
        for number in [n.number for n in self.numbers.values() if n.draining and not self.load(n.number)]:
            del self.numbers[number]

    def _pooled(self, number: str, code: int) -> Number:
        found = self.numbers.get(number)
        if not found or found.draining:
            raise Refusal(code)
        return found

    def steps(self, who: str, mode: str) -> list[list[Number]]:
        """Groups of the numbers that fit, the nearest group first."""
        country, area = self.home_of(who)
        free = [n for n in self.numbers.values() if not n.reserved and not n.draining and n.group in CLASSES[mode]]
        whole = [n for n in free if n.country == country]
        if area is None or self.level == "country":
            return [whole]
        near = [n for n in whole if n.area == area]
        return [near] if self.level == "area-code" else [near, whole]

    def choose(self, who: str, partner: str, mode: str, wanted: str | None, taken: list[str]) -> str:
        self._expire(who)
        if wanted is not None:
            self._pooled(wanted, 80601)
            if wanted in self.holds(who):
                raise Refusal(80604)
            return wanted
        for fitting in self.steps(who, mode):
            for rung in self.ladder(who, partner, fitting, taken):
                if rung:
                    return rung[0]
        raise Refusal(self.why_none(who, mode))

    def ladder(self, who: str, partner: str, fitting: list[Number], taken: list[str]) -> list[list[str]]:
        """The kinds of numbers in the order in which they are tried; in each kind the best number is first."""
        past, held = self.past.get(who, {}), self.holds(who)
        free = {n.number: n for n in fitting if n.number not in held}
        had = sorted((n for n in free if n in past), key=lambda n: (past[n].at, n))
        latest = sorted(had, key=lambda n: (-past[n].at, n))
        cooling = {n for n in had if past[n].partner not in ("", partner) and self.now - past[n].at < self.cooling_ms}
        fresh = sorted(
            (n for n in free if n not in past), key=lambda n: (self.load(n) + taken.count(n), free[n].released, n)
        )
        last = [n for n in had if n in cooling] if self.policy == "soft" else []
        if self.behaviour == "avoid-sticky":
            return [fresh, [n for n in had if n not in cooling], last]
        same = [n for n in latest if partner and past[n].partner == partner]
        return [same, [n for n in latest if n not in cooling], fresh, last]

    def why_none(self, who: str, mode: str) -> int:
        pool = [n for n in self.numbers.values() if not n.draining]
        groups = {n.group for n in pool if not n.reserved and n.country == self.home_of(who)[0]} - {"none"}
        if not pool:
            return 80205
        if not groups:
            return 80203
        if groups & set(CLASSES[mode]):
            return 80206
        return 80202 if mode == "message-only" or ("voice" in groups and "sms" not in groups) else 80201
