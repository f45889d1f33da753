"""The virtual phones: the plan of each, what it has heard, and its lines."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from simulator.voice.model import Plan, Sound

MAX_SOUNDS = 1000
GREETINGS = {
    "voicemail": "This is the mailbox of {}. Leave a message after the tone.",
    "screening": "{} has their calls screened. Say your name and why you are calling.",
    "fax": "(a fax machine's tone)",
}


class Line(Protocol):
    """A leg as its phone uses it. `state`: ringing, calling, answered, bridged."""

    @property
    def sid(self) -> str: ...
    @property
    def state(self) -> str: ...
    def pick_up(self) -> None: ...
    def hang_up(self) -> None: ...
    def press(self, keys: str) -> None: ...
    def speak(self, text: str) -> None: ...


@dataclass
class Phone:
    number: str
    plan: Plan = field(default_factory=Plan)
    heard: list[Sound] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)

    @property
    def state(self) -> str:
        return self.lines[-1].state if self.lines else "idle"

    @property
    def greeting(self) -> str:
        """What the phone says when it answers. It names the owner, which a masked call must not let through."""
        name = self.plan.name or f"the owner of {self.number}"
        return GREETINGS.get(self.plan.kind, "").format(name)

    def hear(self, sound: Sound) -> None:
        self.heard.append(sound)
        del self.heard[:-MAX_SOUNDS]

    def line(self, *states: str) -> Line | None:
        """The latest line in one of these states, or in any state."""
        return next((one for one in reversed(self.lines) if not states or one.state in states), None)
