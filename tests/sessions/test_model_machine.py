"""Hypothesis and weighted random walks drive the real runtime and the reference model, which must never differ."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.sessions.machine import NUMBERS, PEOPLE, Machine
from tests.sessions.model import ACTIVE
from tests.sessions.real_runtime import TestClock, build

# Slow: compares long random walks with the reference model.
pytestmark = pytest.mark.slow


#: If set: how many random examples and walks to run, in a long search that also shortens a counter-example.
LONG = os.environ.get("MODEL_EXAMPLES")
WALKS, STEPS = 12, 300


@pytest.fixture
def machine(valkey_url: str) -> type[Machine]:
    Machine.clock = TestClock()
    Machine.rt = build(valkey_url, Machine.clock)
    return Machine


@pytest.mark.timeout(0 if LONG else 120)
def test_the_runtime_does_what_the_model_says(machine: type[Machine]) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=int(LONG or 30), stateful_step_count=40, deadline=None, derandomize=not LONG, database=None,
            phases=[Phase.generate, *([Phase.shrink] if LONG else [])], suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip


class Walker:
    """Picks mostly sensible steps, so that a long walk reaches deep states; Hypothesis looks for unusual ones."""

    def __init__(self, machine: Machine, dice: random.Random) -> None:
        self.machine, self.dice = machine, dice
        pick, who, number = lambda: dice.randrange(999), self.who, lambda: dice.randrange(len(NUMBERS))
        wanted, status = lambda: number() if dice.random() < 0.3 else None, lambda: dice.choice(ACTIVE)
        m = machine
        self.steps: list[tuple[int, Callable[[], Any]]] = [
            (8, lambda: m.introduce(*dice.sample(list(PEOPLE)[:4], 2))),
            (5, lambda: m.introduce_for_a_while(who(), who(), self.ttl())),
            (
                4,
                lambda: m.open(
                    [(who(), wanted()) for _ in range(2)], self.mode(), self.ttl(), self.ahead(), None, status()
                ),
            ),
            (2, lambda: m.open([(who(), wanted())], self.mode(), None, None, dice.choice("ab"), status())),
            (4, lambda: m.add(pick(), who(), wanted())),
            (3, lambda: m.text(who(), number())),
            (5, lambda: m.close(pick())),
            (5, lambda: m.reopen(pick(), status(), self.ttl(), self.ahead())),
            (2, lambda: m.set_clock(pick(), self.ttl(), self.ahead())),
            (1, lambda: m.delete(pick())),
            (2, lambda: m.read(pick())),
            (9, lambda: m.wait(dice.choice([1, 1000, 20_000, 20_000, 61_000, 301_000]))),
            (1, lambda: m.wait(dice.choice([601_000, 3_600_000]))),
            (1, m.sweep),
            (2, lambda: m.add_number(number(), dice.random() < 0.2)),
            (1, lambda: m.reserve(number(), dice.random() < 0.4)),
            (1, lambda: m.remove_number(number())),
            (1, m.settle),
        ]
        #: These steps are possible only if somebody holds a number.
        self.among_leases: list[tuple[int, Callable[[], Any]]] = [
            (8, lambda: m.text_a_partner(pick())),
            (2, lambda: m.swap(pick(), who())),
            (3, lambda: m.remove(pick(), pick())),
        ]

    def who(self) -> str:
        return self.dice.choice([*list(PEOPLE)[:4] * 3, *PEOPLE])

    def mode(self) -> str:
        return self.dice.choice(["voice-and-message", "voice-and-message", "message-only", "voice-only"])

    def ttl(self) -> int | None:
        return self.dice.choice([None, 0, 60, 60, 600])

    def ahead(self) -> int | None:
        return self.dice.choice([None, None, None, None, 0, 90_000, 600_000])

    def moment(self) -> int | None:
        return self.machine.moment(self.ahead())

    def step(self) -> None:
        held = any(True for _ in self.machine.model.leases())
        steps = self.steps + (self.among_leases if held else [])
        [(_, act)] = self.dice.choices(steps, [weight for weight, _ in steps])
        act()
        self.machine.agree()


@pytest.mark.parametrize("seed", range(int(LONG or WALKS)))
def test_a_long_walk_does_what_the_model_says(machine: type[Machine], seed: int) -> None:
    dice, walked = random.Random(seed), machine()
    walked.begin(
        behaviour=("prefer-sticky", "avoid-sticky")[seed % 2],
        cooling=dice.choice([0, 300, 300, 86400]),
        policy=("soft", "strict")[seed // 2 % 2],
        level=dice.choice(["country", "country", "area-code", "overlay"]),
        ttl=dice.choice([0, 0, 300]),
        first=len(NUMBERS),
        pairs=[tuple(PEOPLE)[:2]],
    )
    walker = Walker(walked, dice)
    for _ in range(STEPS):
        walker.step()
