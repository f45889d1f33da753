"""Recordings: what Record has kept, by call or of the whole account."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from simulator import render
from simulator.errors import refusal
from simulator.rest.access import account, carrier
from simulator.rest.paging import page
from simulator.voice.model import Recording

recordings = Blueprint("recordings", __name__)


@recordings.get("/Recordings.json")
def list_recordings(account_sid: str) -> dict[str, Any]:
    wanted = request.args.get("CallSid", "")
    found = carrier().state.recordings_of(account_sid)
    return page("recordings", [r for r in found if wanted in ("", r.call_sid)], render.recording)


@recordings.get("/Calls/<call_sid>/Recordings.json")
def list_of_call(account_sid: str, call_sid: str) -> dict[str, Any]:
    found = carrier().state.recordings_of(account_sid)
    return page("recordings", [r for r in found if r.call_sid == call_sid], render.recording)


@recordings.get("/Recordings/<sid>.json")
@recordings.get("/Calls/<call_sid>/Recordings/<sid>.json")
def fetch_recording(account_sid: str, sid: str, call_sid: str = "") -> dict[str, Any]:
    return render.recording(_recording(sid))


@recordings.get("/Recordings/<sid>")
def fetch_content(account_sid: str, sid: str) -> ResponseReturnValue:
    """The words that were spoken: no sound is kept here."""
    return _recording(sid).text, 200, {"Content-Type": "text/plain; charset=utf-8"}


@recordings.delete("/Recordings/<sid>.json")
def delete_recording(account_sid: str, sid: str) -> tuple[str, int]:
    with carrier().state.lock:
        carrier().state.recordings.pop(_recording(sid).sid, None)
    return "", 204


def _recording(sid: str) -> Recording:
    found = carrier().state.recordings.get(sid)
    if found is None or found.account_sid != account().sid:
        raise refusal(20404, request.path)
    return found
