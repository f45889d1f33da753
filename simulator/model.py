"""What the carrier keeps: accounts, keys, numbers, messages, and what it notes about its own acts."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any


def now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


@dataclass
class Account:
    sid: str
    auth_token: str
    friendly_name: str = "Simulated account"
    created: datetime = field(default_factory=now)


@dataclass
class Key:
    """`policy`: of a restricted one, what it may do."""

    sid: str
    account_sid: str
    secret: str
    friendly_name: str
    seq: int
    policy: dict[str, Any] | None = None
    created: datetime = field(default_factory=now)
    updated: datetime = field(default_factory=now)


@dataclass
class Number:
    """`settings` holds every field that an update may change, by its name in JSON."""

    sid: str
    account_sid: str
    phone_number: str
    kind: str
    capabilities: dict[str, bool]
    settings: dict[str, Any]
    seq: int
    created: datetime = field(default_factory=now)
    updated: datetime = field(default_factory=now)


#: Of a message: nothing more will happen to it.
OVER = frozenset({"received", "delivered", "undelivered", "partially_delivered", "failed", "canceled", "read"})


@dataclass(frozen=True)
class Media:
    """`url` is where the bytes are; the carrier's own address of it is built when it is shown.

    `data`: the bytes, once somebody gave or fetched them. `status`: what `url` answered to that, 0 if nothing.
    """

    sid: str
    url: str
    content_type: str
    data: bytes | None = None
    status: int | None = None


@dataclass
class Message:
    """`fate` is an error that the handset's network will report later; `error_code` is what has been reported.

    `discard`, `obfuscate`: what is shown of it has no text, no whole number of a phone. The phone gets it as it was.
    """

    sid: str
    account_sid: str
    direction: str
    sender: str
    to: str
    body: str
    status: str
    seq: int
    media: tuple[Media, ...] = ()
    status_callback: str = ""
    fate: int | None = None
    error_code: int | None = None
    discard: bool = False
    obfuscate: bool = False
    created: datetime = field(default_factory=now)
    updated: datetime = field(default_factory=now)
    sent: datetime | None = None

    @property
    def shown_body(self) -> str:
        return "" if self.discard else self.body

    @property
    def shown_to(self) -> str:
        """Twilio's guide to Message Redaction: the last four digits of a number that is not its own become XXXX."""
        return f"{self.to[:-4]}XXXX" if self.obfuscate else self.to

    @property
    def is_over(self) -> bool:
        return self.status in OVER


@dataclass(frozen=True)
class Draft:
    """A message that somebody asks for, not yet looked at."""

    account_sid: str
    direction: str
    sender: str
    to: str
    body: str
    media: tuple[Media, ...] = ()
    status_callback: str = ""
    discard: bool = False
    obfuscate: bool = False


@dataclass(frozen=True)
class Alert:
    """One line of the debugger."""

    account_sid: str
    error_code: int
    level: str
    text: str
    message_sid: str
    url: str
    at: datetime = field(default_factory=now)


@dataclass(frozen=True)
class Posted:
    """One attempt at a webhook, as the log shows it; message_sid is the call's where it concerns a call."""

    kind: str
    message_sid: str
    method: str
    url: str
    params: dict[str, str]
    token: str
    attempt: int
    copy: int
    status: int | None
    failure: str
    response: str
    duration_ms: int
    at: datetime = field(default_factory=now)


@dataclass
class Rule:
    """One fault of many: on what, what happens, how often still (None: until taken away), ms for a delay, a code."""

    on: str
    do: str
    count: int | None = None
    ms: int = 0
    code: int = 0
    method: str = ""


@dataclass
class Faults:
    """refuse, refuse_late: phone -> error code, told at once or by the status callback.

    lose_answers: so many next answers of the app never arrive.
    """

    refuse: dict[str, int] = field(default_factory=dict)
    refuse_late: dict[str, int] = field(default_factory=dict)
    webhook_copies: int = 1
    delay_ms: int = 0
    drop_status_callbacks: bool = False
    lose_answers: int = 0
    rules: list[Rule] = field(default_factory=list)
