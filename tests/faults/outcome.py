"""What a run of a suite found."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Outcome:
    """`figure`: a sentence for docs/reliability.md. `faults`: what broke a promise, by kind; empty if all were kept."""

    figure: str
    faults: dict[str, int]
    examples: list[str] = field(default_factory=list)
    injected: dict[str, int] = field(default_factory=dict)

    def told(self) -> str:
        """Everything, for a failed test. A text, because pytest cuts what it prints of other values."""
        return "\n".join([f"{self.faults}, {self.figure}", *self.examples, str(self.injected)])
