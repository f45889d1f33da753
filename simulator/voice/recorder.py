"""Recordings of live calls: begun, paused and stopped by REST, ended with their call, and told of.

Facts (Twilio, "Recordings resource", "Calls resource"): only a call in progress can be recorded; `Twilio.CURRENT` is
its recording under way; a pause is left out (`skip`) or counts (`silence`).
"""

from __future__ import annotations

import wave
from dataclasses import dataclass
from io import BytesIO

from simulator import sids
from simulator.courier import Hook
from simulator.errors import refusal
from simulator.model import now
from simulator.params import API_VERSION
from simulator.voice import params
from simulator.voice.leg import Leg
from simulator.voice.lines import Lines
from simulator.voice.model import Recording, Report
from simulator.work import Cause

KIND = "recording-status"
CURRENT = "Twilio.CURRENT"
LIVE = frozenset({"in-progress", "paused"})
RATE, LONGEST_SOUND = 8000, 60
#: 400 Hz, softly: one channel's period, 16 bit.
TONE = b"\x00\x04" * 10 + b"\x00\xfc" * 10


@dataclass(frozen=True)
class Wanted:
    """`source` as Twilio names who asked."""

    source: str
    channels: int
    track: str
    report: Report | None


def start(exchange: Lines, leg: Leg | None, wanted: Wanted) -> Recording:
    """Raises 21220 unless the call is answered and goes on."""
    with exchange.pace.lock:
        if leg is None or not leg.is_answered or leg.over:
            raise refusal(21220, "Only a call in progress can be recorded.")
        one = Recording(
            sids.new("RE"), leg.call.account_sid, leg.sid, None, "", next(exchange.state.seq),
            source=wanted.source, status="in-progress", channels=wanted.channels, track=wanted.track,
            report=wanted.report, began=exchange.pace.now(),
        )  # fmt: skip
        exchange.state.keep_recording(one)
        _tell(exchange, one)
        return one


def change(exchange: Lines, one: Recording, status: str, skip: bool) -> None:
    """To `paused`, `in-progress` again, or `stopped`, which completes it."""
    with exchange.pace.lock:
        if one.status not in LIVE:
            raise refusal(21220, "The recording has ended.")
        if one.status == "paused" and one.skips:
            one.left_out += exchange.pace.now() - one.paused_at
        one.paused_at, one.skips = exchange.pace.now(), status == "paused" and skip
        one.updated = now()
        if status == "stopped":
            _complete(exchange, one)
        else:
            one.status = status
            _tell(exchange, one)


def end_all(exchange: Lines, leg: Leg) -> None:
    """With their call."""
    for one in exchange.state.recordings_of(leg.call.account_sid):
        if one.call_sid == leg.sid and one.status in LIVE:
            change(exchange, one, "stopped", skip=False)


def under_way(exchange: Lines, call_sid: str) -> Recording | None:
    """What `Twilio.CURRENT` means; with several the one begun last."""
    with exchange.state.lock:
        found = [one for one in exchange.state.recordings.values() if one.call_sid == call_sid and one.status in LIVE]
    return found[-1] if found else None


def sound(one: Recording) -> bytes:
    """As WAV; of a long one the first minute."""
    file = BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(one.channels)
        out.setsampwidth(2)
        out.setframerate(RATE)
        seconds = min(one.duration or 0, LONGEST_SOUND)
        period = b"".join(TONE[at : at + 2] * one.channels for at in range(0, len(TONE), 2))
        out.writeframes(period * (seconds * RATE * 2 // len(TONE)))
    return file.getvalue()


def url(exchange: Lines, one: Recording) -> str:
    return f"{exchange.courier.base_url}/{API_VERSION}/Accounts/{one.account_sid}/Recordings/{one.sid}"


def _complete(exchange: Lines, one: Recording) -> None:
    one.status = "completed"
    one.duration = round(exchange.pace.now() - one.began - one.left_out)
    _tell(exchange, one)


def _tell(exchange: Lines, one: Recording) -> None:
    if one.report is None or one.status not in one.report.events:
        return
    form = {
        "AccountSid": one.account_sid, "CallSid": one.call_sid, "RecordingSid": one.sid,
        "RecordingUrl": url(exchange, one), "RecordingStatus": one.status,
        "RecordingDuration": str(-1 if one.duration is None else one.duration),
        "RecordingChannels": str(one.channels), "RecordingSource": one.source, "RecordingTrack": one.track,
        "RecordingStartTime": params.date(one.created),
    }  # fmt: skip
    hook = Hook(KIND, one.account_sid, one.call_sid, one.report.url, form, one.report.method)
    exchange.work.submit(Cause(), exchange.courier.call, hook)
