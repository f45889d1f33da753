"""What the carrier told of an inbound message or call."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

#: A call comes as `ringing`, and again as `in-progress` after somebody's TwiML sent it here.
STAGES = {False: ":ringing", True: ":in-progress"}


class Attached(NamedTuple):
    """A file of a message: its SID at the carrier, None if it lies elsewhere, and the type that it claims."""

    sid: str | None
    type: str


@dataclass(frozen=True, slots=True, repr=False)
class Inbound:
    """`kind`: message | voice. `sid`: the carrier's. `sender` and `called` as the carrier wrote them.

    `body`: of a message. `media`: its files. `redirected`: the call had an answer from somebody before.
    `late_at_ms`: when the carrier got the message, if its webhook never came: nobody waits for an answer.
    `form` gives the carrier's fields that the customer's app may see; they are never kept.
    """

    kind: str
    sid: str
    sender: str
    called: str
    body: str | None = None
    media: tuple[Attached, ...] = ()
    redirected: bool = False
    late_at_ms: int | None = None
    form: Callable[[], Mapping[str, str]] = dict

    @property
    def request_key(self) -> str:
        """The same for each repetition of one request of the carrier's: a call asks more than once."""
        return self.sid + (STAGES[self.redirected] if self.kind == "voice" else "")
