"""What the carrier keeps of calls: the calls, their recordings, and what phones are told to do."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from simulator.model import now

ENDED = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})
EVENTS = ("initiated", "ringing", "answered", "completed")
PLANS = ("answer", "busy", "no-answer", "fail", "voicemail", "screening", "fax", "silent", "manual")
#: Picked up without a person.
ALONE = frozenset({"answer", "voicemail", "screening", "fax", "silent"})
#: Seconds: the longest call there is, and how long a phone rings if nobody says.
LONGEST_CALL, RING, RING_OF_DIAL = 4 * 3600, 60, 30


@dataclass
class Call:
    """Dates are the real clock's, `duration` is in the seconds of the simulated one. `dial`: its last Dial's words."""

    sid: str
    account_sid: str
    direction: str
    sender: str
    to: str
    seq: int
    status: str = "queued"
    parent_sid: str = ""
    number_sid: str = ""
    caller_name: str = ""
    forwarded_from: str = ""
    duration: int | None = None
    error_code: int | None = None
    answered_by: str = ""
    dial: dict[str, str] = field(default_factory=dict)
    created: datetime = field(default_factory=now)
    updated: datetime = field(default_factory=now)
    started: datetime | None = None
    ended: datetime | None = None

    @property
    def is_over(self) -> bool:
        return self.status in ENDED


@dataclass(frozen=True)
class Report:
    """Where a call's progress is reported, and which of it."""

    url: str
    method: str = "POST"
    events: frozenset[str] = frozenset({"completed"})


@dataclass
class Recording:
    """`duration` in seconds, None while it goes on. Times of the simulated clock: `began`, `paused_at`, `left_out`."""

    sid: str
    account_sid: str
    call_sid: str
    duration: int | None
    text: str
    seq: int
    source: str = "RecordVerb"
    status: str = "completed"
    channels: int = 1
    track: str = "both"
    report: Report | None = None
    began: float = 0.0
    paused_at: float = 0.0
    left_out: float = 0.0
    skips: bool = False
    created: datetime = field(default_factory=now)
    updated: datetime = field(default_factory=now)


@dataclass(frozen=True)
class Source:
    """Where a document comes from: an address to ask, or the text itself. kind is the webhook's, for the log."""

    kind: str
    url: str = ""
    method: str = "POST"
    twiml: str = ""
    more: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class CallDraft:
    """A call that somebody asks for by REST."""

    account_sid: str
    sender: str
    to: str
    source: Source
    fallback: Source | None = None
    report: Report | None = None
    timeout: float = RING
    limit: float = LONGEST_CALL
    keys: str = ""


@dataclass(frozen=True)
class Plan:
    """What a phone does when it rings: after `delay` seconds; it hangs up after `talk` seconds, 0: never.

    `keys` are pressed once it has answered; `name` is its owner's, told by a mailbox and a screening phone.
    """

    kind: str = "answer"
    delay: float = 0.0
    talk: float = 0.0
    keys: str = ""
    name: str = ""


@dataclass(frozen=True)
class Sound:
    """kind: ring, say, play, voice (a person's), keys, bridged, hung-up."""

    kind: str
    text: str = ""
    language: str = ""
    voice: str = ""
    call_sid: str = ""
    at: datetime = field(default_factory=now)

    def shown(self) -> dict[str, Any]:
        found = {"kind": self.kind, "text": self.text, "call_sid": self.call_sid, "at": self.at.isoformat()}
        return {**found, **({"language": self.language, "voice": self.voice} if self.kind == "say" else {})}
