"""Calls: created, listed, fetched, redirected, ended and deleted by REST."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, request

from simulator import catalogue, numbers, render
from simulator.errors import CarrierError, is_late, refusal
from simulator.rest.access import account, carrier
from simulator.rest.messages import date_filter
from simulator.rest.paging import page
from simulator.voice import detection
from simulator.voice.detection import Detection
from simulator.voice.model import DEFAULT_RING_SECONDS, EVENTS, MAX_CALL_SECONDS, Call, CallDraft, Report, Source

calls = Blueprint("calls", __name__)
RECORDING_EVENTS = frozenset({"in-progress", "completed", "absent"})
MAX_RING_SECONDS, MAX_TWIML_LENGTH, DAY = 600, 4000, timedelta(days=1)


@calls.post("/Calls.json")
def create_call(account_sid: str) -> tuple[dict[str, Any], int]:
    draft, wanted = _draft(), _detection()
    with carrier().pace.lock:
        call = carrier().exchange.create(draft, wanted)
        # Still under the lock, before the call's thread starts: a new call is `queued`.
        return render.call(call), 201


@calls.get("/Calls.json")
def list_calls(account_sid: str) -> dict[str, Any]:
    found, args = carrier().state.calls_of(account_sid), request.args
    for name, field in (("To", "to"), ("From", "sender"), ("Status", "status"), ("ParentCallSid", "parent_sid")):
        if wanted := args.get(name, ""):
            wanted = catalogue.to_e164(wanted) if name in ("To", "From") else wanted
            found = [c for c in found if getattr(c, field) == wanted]
    for name, end in (("StartTime", False), ("EndTime", True)):
        found = _between(found, name, end)
    return page("calls", found, render.call)


@calls.get("/Calls/<sid>.json")
def fetch_call(account_sid: str, sid: str) -> dict[str, Any]:
    return render.call(find_call(sid))


@calls.post("/Calls/<sid>.json")
def update_call(account_sid: str, sid: str) -> dict[str, Any]:
    call, form = find_call(sid), request.form
    status = form.get("Status", "")
    if status not in ("", "canceled", "completed"):
        raise refusal(20001, "Status must be canceled or completed")
    source = None if status else _source("voice-redirect")
    carrier().exchange.update(call, status, source)
    return render.call(call)


@calls.delete("/Calls/<sid>.json")
def delete_call(account_sid: str, sid: str) -> tuple[str, int]:
    call = find_call(sid)
    if not call.is_final:
        raise CarrierError(20009, 409, "A call can be deleted once it has ended")
    with carrier().state.lock:
        carrier().state.calls.pop(call.sid, None)
    return "", 204


def _draft() -> CallDraft:
    form = request.form
    to, sender = _from_and_to()
    source = _source("voice")
    fallback = form.get("FallbackUrl", "")
    return CallDraft(
        account_sid=account().sid,
        sender=sender,
        to=to,
        source=source,
        fallback=Source("voice-fallback", _url(fallback), _method("FallbackMethod")) if fallback else None,
        report=_report(),
        timeout=_seconds("Timeout", DEFAULT_RING_SECONDS, MAX_RING_SECONDS),
        limit=_seconds("TimeLimit", MAX_CALL_SECONDS, MAX_CALL_SECONDS),
        keys=form.get("SendDigits", ""),
    )


def _from_and_to() -> tuple[str, str]:
    form = request.form
    if not form.get("To"):
        raise refusal(21201)
    if not form.get("From"):
        raise refusal(21213)
    to, sender = catalogue.to_e164(form["To"]), catalogue.to_e164(form["From"])
    if not catalogue.is_valid(to):
        raise refusal(21211, form["To"])
    if not catalogue.is_valid(sender):
        raise refusal(21212, form["From"])
    number = carrier().state.by_phone.get(sender)
    if number is None or number.account_sid != account().sid or not number.capabilities["voice"]:
        raise refusal(21210, sender)
    code = carrier().state.faults.refuse.get(to)
    if code is not None and not is_late(code):
        raise refusal(code, to)
    return to, sender


def _source(kind: str) -> Source:
    form = request.form
    if form.get("ApplicationSid"):
        raise refusal(20404, form["ApplicationSid"])
    if twiml := form.get("Twiml", ""):
        if len(twiml) > MAX_TWIML_LENGTH:
            raise refusal(20001, f"Twiml must be at most {MAX_TWIML_LENGTH} characters")
        return Source(kind, twiml=twiml)
    return Source(kind, _url(form.get("Url", "")), _method("Method"))


def _report() -> Report | None:
    form = request.form
    if not (url := form.get("StatusCallback", "")):
        return None
    try:
        numbers.check_url(url, "StatusCallback")
    except CarrierError:
        raise refusal(21609, url) from None
    named = [word for value in form.getlist("StatusCallbackEvent") for word in value.replace(",", " ").split()]
    events = frozenset(named) & frozenset(EVENTS) or frozenset({"completed"})
    return Report(url, _method("StatusCallbackMethod"), events)


def _detection() -> Detection | None:
    """As the documentation of Calls says, SendDigits turns MachineDetection off."""
    form = request.form
    if not (mode := form.get("MachineDetection", "")) or form.get("SendDigits"):
        return None
    asynchronous = form.get("AsyncAmd", "").lower() == "true"
    url = form.get("AsyncAmdStatusCallback", "") if asynchronous else ""
    callback = Source(detection.KIND, _url(url) if url else "", _method("AsyncAmdStatusCallbackMethod"))
    try:
        return detection.read(lambda name: form.get(name, ""), mode, callback, waits=not asynchronous)
    except ValueError as error:
        raise refusal(20001, str(error)) from None


def recording_report() -> Report | None:
    """The form's RecordingStatusCallback, if there is one."""
    if not (url := request.form.get("RecordingStatusCallback", "")):
        return None
    named = request.form.getlist("RecordingStatusCallbackEvent")
    events = frozenset(word for value in named for word in value.replace(",", " ").split()) or frozenset({"completed"})
    if not events <= RECORDING_EVENTS:
        raise refusal(20001, f"RecordingStatusCallbackEvent must be {' or '.join(sorted(RECORDING_EVENTS))}")
    return Report(_url(url), _method("RecordingStatusCallbackMethod"), events)


def _url(text: str) -> str:
    try:
        return numbers.check_url(text, "Url")
    except CarrierError:
        raise refusal(21205, text or "Url") from None


def _method(name: str) -> str:
    return numbers.check_method(request.form.get(name) or "POST", name)


def _seconds(name: str, default: int, maximum: int) -> int:
    text = request.form.get(name, "")
    if text and not (text.isascii() and text.isdigit() and len(text) < 9):
        raise refusal(20001, f"{name} must be whole seconds")
    return max(1, min(int(text or default), maximum))


def _between(found: list[Call], name: str, end: bool) -> list[Call]:
    """Without a sign: a day. With < or >: a day or a time, inclusive."""
    day, until, since = (date_filter(name + sign) for sign in ("", "<", ">"))
    if not (day or until or since):
        return found
    times = [(c, at) for c in found if (at := c.ended if end else _start(c)) is not None]
    if day:
        day = day.replace(hour=0, minute=0, second=0, microsecond=0)
        times = [(c, at) for c, at in times if day <= at < day + DAY]
    if until:
        times = [(c, at) for c, at in times if at <= until]
    return [c for c, at in times if since is None or since <= at]


def _start(call: Call) -> datetime | None:
    return call.started or call.created


def find_call(sid: str) -> Call:
    call = carrier().state.calls.get(sid)
    if call is None or call.account_sid != account().sid:
        raise refusal(20404, request.path)
    return call
