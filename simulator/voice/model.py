"""The carrier's data about calls: calls, recordings, and the plans of phones."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from simulator.model import now

FINAL_STATUSES = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})
EVENTS = ("initiated", "ringing", "answered", "completed")
PLANS = ("answer", "busy", "no-answer", "fail", "voicemail", "screening", "fax", "silent", "manual")
#: Plans that answer without a person.
AUTOMATIC = frozenset({"answer", "voicemail", "screening", "fax", "silent"})
#: Seconds: the longest call, and the default ring times of REST and Dial.
MAX_CALL_SECONDS, DEFAULT_RING_SECONDS, DIAL_RING_SECONDS = 4 * 3600, 60, 30


@dataclass
class Call:
    """Dates are of the real clock, `duration` is in simulated seconds. `dial`: the attributes of its last Dial."""

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
    def is_final(self) -> bool:
        return self.status in FINAL_STATUSES


@dataclass(frozen=True)
class Report:
    """Where a call's events are reported, and which events."""

    url: str
    method: str = "POST"
    events: frozenset[str] = frozenset({"completed"})


@dataclass
class Recording:
    """`duration`: seconds, None while recording. `began`, `paused_at`, `left_out`: seconds of the simulated clock."""

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
    """Where a document comes from: a URL, or the TwiML itself. kind: the webhook's, for the log."""

    kind: str
    url: str = ""
    method: str = "POST"
    twiml: str = ""
    more: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class CallDraft:
    """A call that REST asks for."""

    account_sid: str
    sender: str
    to: str
    source: Source
    fallback: Source | None = None
    report: Report | None = None
    timeout: float = DEFAULT_RING_SECONDS
    limit: float = MAX_CALL_SECONDS
    keys: str = ""


@dataclass(frozen=True)
class Plan:
    """What a phone does when it rings, after `delay` seconds; it hangs up after `talk` seconds (0: never).

    `keys` are pressed after the answer; `name` is the owner's, spoken by a mailbox or a call screening phone.
    """

    kind: str = "answer"
    delay: float = 0.0
    talk: float = 0.0
    keys: str = ""
    name: str = ""


@dataclass(frozen=True)
class Sound:
    """kind: ring, say, play, voice (a person speaks), keys, bridged, hung-up."""

    kind: str
    text: str = ""
    language: str = ""
    voice: str = ""
    call_sid: str = ""
    at: datetime = field(default_factory=now)

    def to_json(self) -> dict[str, Any]:
        found = {"kind": self.kind, "text": self.text, "call_sid": self.call_sid, "at": self.at.isoformat()}
        return {**found, **({"language": self.language, "voice": self.voice} if self.kind == "say" else {})}
