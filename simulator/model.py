"""The carrier's data: accounts, keys, numbers, messages, alerts, webhook attempts and faults."""

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
    """`policy`: the permissions of a restricted key; None for a standard key."""

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
    """`settings` has every field that an update may change, by its name in JSON."""

    sid: str
    account_sid: str
    phone_number: str
    kind: str
    capabilities: dict[str, bool]
    settings: dict[str, Any]
    seq: int
    created: datetime = field(default_factory=now)
    updated: datetime = field(default_factory=now)


#: Statuses of a message that never change again.
FINAL_STATUSES = frozenset(
    {"received", "delivered", "undelivered", "partially_delivered", "failed", "canceled", "read"}
)


@dataclass(frozen=True)
class Media:
    """`url` is where the bytes come from; the carrier's own URL of the file is built when it is shown.

    `data`: the bytes, once they were given or fetched. `status`: the HTTP status of the fetch, 0 without an answer.
    """

    sid: str
    url: str
    content_type: str
    data: bytes | None = None
    status: int | None = None


@dataclass
class Message:
    """`pending_error`: the phone network will report it later. `error_code`: the error reported so far.

    `discard`, `obfuscate`: REST shows no text, or not the whole number. The phone gets the message unchanged.
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
    pending_error: int | None = None
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
        """As in Twilio's guide to Message Redaction: XXXX replaces the recipient's last four digits."""
        return f"{self.to[:-4]}XXXX" if self.obfuscate else self.to

    @property
    def is_final(self) -> bool:
        return self.status in FINAL_STATUSES


@dataclass(frozen=True)
class Draft:
    """A message that a client asks for, before it is checked."""

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
    """One entry of the debugger."""

    account_sid: str
    error_code: int
    level: str
    text: str
    message_sid: str
    url: str
    at: datetime = field(default_factory=now)


@dataclass(frozen=True)
class WebhookAttempt:
    """One attempt to send a webhook, as in the log; message_sid is the call's SID for a call."""

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
    """One fault: where, what, how many times more (None: until removed), ms for a delay, code for a refusal."""

    on: str
    do: str
    count: int | None = None
    ms: int = 0
    code: int = 0
    method: str = ""


@dataclass
class Faults:
    """refuse, refuse_late: phone -> error code, given by REST at once or later by the status callback.

    lose_answers: how many of the app's next answers are lost.
    """

    refuse: dict[str, int] = field(default_factory=dict)
    refuse_late: dict[str, int] = field(default_factory=dict)
    webhook_copies: int = 1
    delay_ms: int = 0
    drop_status_callbacks: bool = False
    lose_answers: int = 0
    rules: list[Rule] = field(default_factory=list)
