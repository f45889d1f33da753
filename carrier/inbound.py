"""An inbound message or call as the carrier reports it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

#: A call comes in as `ringing`, and again as `in-progress` after a <Redirect> to us.
STAGES = {False: ":ringing", True: ":in-progress"}


class Attached(NamedTuple):
    """A file of a message: its SID at the carrier (None if its URL is elsewhere), and the type that it claims."""

    sid: str | None
    type: str


@dataclass(frozen=True, slots=True, repr=False)
class Inbound:
    """`kind`: message | voice. `sid`: the carrier's. `sender` and `called` as the carrier wrote them.

    `body`: of a message. `media`: its files. `redirected`: somebody else's TwiML answered the call before.
    `late_at_ms`: if the webhook never came, when the carrier got the message; no request waits for an answer then.
    `url_since_ms`: when the window of the token in the request's URL began. `without_token`: its URL has no token.
    `form` returns the carrier's fields that the customer's app may see; they are never stored.
    """

    kind: str
    sid: str
    sender: str
    called: str
    body: str | None = None
    media: tuple[Attached, ...] = ()
    redirected: bool = False
    late_at_ms: int | None = None
    url_since_ms: int | None = None
    without_token: bool = False
    form: Callable[[], Mapping[str, str]] = dict

    @property
    def request_key(self) -> str:
        """The same for every repetition of one of the carrier's requests: a call makes more than one."""
        return self.sid + (STAGES[self.redirected] if self.kind == "voice" else "")
