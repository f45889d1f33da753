"""Recordings of live calls: REST starts, pauses and stops them, they end with their call, and reports are sent.

From Twilio ("Recordings resource", "Calls resource"): only a call in progress can be recorded; `Twilio.CURRENT` is the
call's live recording; a pause is left out (`skip`) or recorded as silence (`silence`).
"""

from __future__ import annotations

import wave
from dataclasses import dataclass
from io import BytesIO

from simulator import sids
from simulator.errors import refusal
from simulator.model import now
from simulator.params import API_VERSION
from simulator.voice import params
from simulator.voice.leg import Leg
from simulator.voice.lines import Lines
from simulator.voice.model import Recording, Report
from simulator.webhooks import Webhook
from simulator.work import Cause

KIND = "recording-status"
CURRENT = "Twilio.CURRENT"
LIVE = frozenset({"in-progress", "paused"})
RATE, MAX_SOUND_SECONDS = 8000, 60
#: A quiet tone of 400 Hz: one period of one channel, 16 bit.
TONE = b"\x00\x04" * 10 + b"\x00\xfc" * 10


@dataclass(frozen=True)
class RecordingRequest:
    """`source`: Twilio's name for what started the recording."""

    source: str
    channels: int
    track: str
    report: Report | None


def start(exchange: Lines, leg: Leg | None, wanted: RecordingRequest) -> Recording:
    """Raises 21220 unless the call is in progress."""
    with exchange.pace.lock:
        if leg is None or not leg.is_answered or leg.has_ended:
            raise refusal(21220, "Only a call in progress can be recorded.")
        recording = Recording(
            sids.new("RE"), leg.call.account_sid, leg.sid, None, "", next(exchange.state.seq),
            source=wanted.source, status="in-progress", channels=wanted.channels, track=wanted.track,
            report=wanted.report, began=exchange.pace.now(),
        )  # fmt: skip
        exchange.state.add_recording(recording)
        _report(exchange, recording)
        return recording


def change(exchange: Lines, recording: Recording, status: str, skip: bool) -> None:
    """Set `paused`, `in-progress`, or `stopped`, which completes the recording. Raises 21220."""
    with exchange.pace.lock:
        if recording.status not in LIVE:
            raise refusal(21220, "The recording has ended.")
        if recording.status == "paused" and recording.skips:
            recording.left_out += exchange.pace.now() - recording.paused_at
        recording.paused_at, recording.skips = exchange.pace.now(), status == "paused" and skip
        recording.updated = now()
        if status == "stopped":
            _complete(exchange, recording)
        else:
            recording.status = status
            _report(exchange, recording)


def stop_all(exchange: Lines, leg: Leg) -> None:
    """Stop the recordings of a call that ends."""
    for recording in exchange.state.recordings_of(leg.call.account_sid):
        if recording.call_sid == leg.sid and recording.status in LIVE:
            change(exchange, recording, "stopped", skip=False)


def current(exchange: Lines, call_sid: str) -> Recording | None:
    """The recording that `Twilio.CURRENT` means: the call's live recording that started last."""
    with exchange.state.lock:
        found = [
            recording
            for recording in exchange.state.recordings.values()
            if recording.call_sid == call_sid and recording.status in LIVE
        ]
    return found[-1] if found else None


def sound(recording: Recording) -> bytes:
    """The recording as WAV; only the first minute of a long one."""
    file = BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(recording.channels)
        out.setsampwidth(2)
        out.setframerate(RATE)
        seconds = min(recording.duration or 0, MAX_SOUND_SECONDS)
        period = b"".join(TONE[at : at + 2] * recording.channels for at in range(0, len(TONE), 2))
        out.writeframes(period * (seconds * RATE * 2 // len(TONE)))
    return file.getvalue()


def url(exchange: Lines, recording: Recording) -> str:
    return f"{exchange.webhooks.base_url}/{API_VERSION}/Accounts/{recording.account_sid}/Recordings/{recording.sid}"


def _complete(exchange: Lines, recording: Recording) -> None:
    recording.status = "completed"
    recording.duration = round(exchange.pace.now() - recording.began - recording.left_out)
    _report(exchange, recording)


def _report(exchange: Lines, recording: Recording) -> None:
    if recording.report is None or recording.status not in recording.report.events:
        return
    form = {
        "AccountSid": recording.account_sid, "CallSid": recording.call_sid, "RecordingSid": recording.sid,
        "RecordingUrl": url(exchange, recording), "RecordingStatus": recording.status,
        "RecordingDuration": str(-1 if recording.duration is None else recording.duration),
        "RecordingChannels": str(recording.channels), "RecordingSource": recording.source,
        "RecordingTrack": recording.track,
        "RecordingStartTime": params.date(recording.created),
    }  # fmt: skip
    hook = Webhook(KIND, recording.account_sid, recording.call_sid, recording.report.url, form, recording.report.method)
    exchange.work.submit(Cause(), exchange.webhooks.call, hook)
