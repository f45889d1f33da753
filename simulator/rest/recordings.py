"""Recordings of a call or of the account: those of the verb Record, and those of live calls that REST started."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from simulator import render
from simulator.errors import CarrierError, refusal
from simulator.rest.access import account, carrier
from simulator.rest.calls import find_call, recording_report
from simulator.rest.messages import date_filter
from simulator.rest.paging import page
from simulator.voice import recorder
from simulator.voice.model import Recording

recordings = Blueprint("recordings", __name__)
CHANNELS = {"mono": 1, "dual": 2}
TRACKS = ("inbound", "outbound", "both")
STATUSES = ("in-progress", "paused", "stopped")


@recordings.post("/Calls/<call_sid>/Recordings.json")
def create_recording(account_sid: str, call_sid: str) -> tuple[dict[str, Any], int]:
    call, exchange = find_call(call_sid), carrier().exchange
    channels = CHANNELS[_choice("RecordingChannels", "mono", CHANNELS)]
    track = _choice("RecordingTrack", "both", TRACKS)
    _choice("Trim", "do-not-trim", ("trim-silence", "do-not-trim"))
    wanted = recorder.RecordingRequest("StartCallRecordingAPI", channels, track, recording_report())
    recording_ = recorder.start(exchange, exchange.live.get(call.sid), wanted)
    return render.call_recording(recording_), 201


@recordings.post("/Calls/<call_sid>/Recordings/<sid>.json")
def update_recording(account_sid: str, call_sid: str, sid: str) -> dict[str, Any]:
    recording_ = _recording(sid, call_sid)
    if not request.form.get("Status"):
        raise refusal(20001, "Status is missing")
    status = _choice("Status", "", STATUSES)
    skip = _choice("PauseBehavior", "silence", ("skip", "silence")) == "skip"
    recorder.change(carrier().exchange, recording_, status, skip)
    return render.call_recording(recording_)


@recordings.get("/Recordings.json")
def list_recordings(account_sid: str) -> dict[str, Any]:
    wanted, conference = request.args.get("CallSid", ""), request.args.get("ConferenceSid", "")
    found = [] if conference else carrier().state.recordings_of(account_sid)
    found = [r for r in found if wanted in ("", r.call_sid)]
    return page("recordings", _filter_dates(found), render.recording)


@recordings.get("/Calls/<call_sid>/Recordings.json")
def list_of_call(account_sid: str, call_sid: str) -> dict[str, Any]:
    call = find_call(call_sid)
    found = [r for r in carrier().state.recordings_of(account_sid) if r.call_sid == call.sid]
    return page("recordings", _filter_dates(found), render.call_recording)


@recordings.get("/Recordings/<sid>.json")
def fetch_recording(account_sid: str, sid: str) -> dict[str, Any]:
    return render.recording(_recording(sid))


@recordings.get("/Calls/<call_sid>/Recordings/<sid>.json")
def fetch_of_call(account_sid: str, call_sid: str, sid: str) -> dict[str, Any]:
    return render.call_recording(_recording(sid, call_sid))


@recordings.get("/Recordings/<sid>")
@recordings.get("/Recordings/<sid>.wav")
def fetch_sound(account_sid: str, sid: str) -> ResponseReturnValue:
    if sid.endswith(".mp3"):
        raise refusal(20001, "This carrier has recordings as .wav alone")
    recording_ = _recording(sid)
    if recording_.status in recorder.LIVE:
        raise refusal(20404, request.path)
    return recorder.sound(recording_), 200, {"Content-Type": "audio/x-wav"}


@recordings.delete("/Recordings/<sid>.json")
@recordings.delete("/Calls/<call_sid>/Recordings/<sid>.json")
def delete_recording(account_sid: str, sid: str, call_sid: str = "") -> tuple[str, int]:
    recording_ = _recording(sid, call_sid)
    if recording_.status in recorder.LIVE:
        raise CarrierError(20009, 409, "A recording can be deleted once it has ended")
    with carrier().state.lock:
        carrier().state.recordings.pop(recording_.sid, None)
    return "", 204


def _filter_dates(found: list[Recording]) -> list[Recording]:
    """DateCreated is a day; DateCreated< and DateCreated> are a day or a time, inclusive."""
    day, until, since = (date_filter("DateCreated" + sign) for sign in ("", "<", ">"))
    found = [r for r in found if day is None or day <= r.created < day + timedelta(days=1)]
    return [r for r in found if (until is None or r.created <= until) and (since is None or since <= r.created)]


def _choice(name: str, default: str, allowed: Any) -> str:
    value = request.form.get(name) or default
    if value not in allowed:
        raise refusal(20001, f"{name} must be {' or '.join(allowed)}")
    return value


def _recording(sid: str, call_sid: str = "") -> Recording:
    """With `call_sid`: only a recording of that call. Raises 20404."""
    if call_sid:
        find_call(call_sid)
    found = carrier().state.recordings.get(sid)
    if sid == recorder.CURRENT:
        found = recorder.current(carrier().exchange, call_sid)
    if found is None or found.account_sid != account().sid or call_sid not in ("", found.call_sid):
        raise refusal(20404, request.path)
    return found
