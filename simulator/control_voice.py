"""/sim for calls: act as the people at the phones, and set the simulated clock."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from flask import Blueprint, request

from simulator.control import carrier, fields, not_readable, number_of, required, sender_of
from simulator.errors import CarrierError, refusal
from simulator.voice.model import PLANS, Call, Plan
from simulator.voice.phones import Phone

voice = Blueprint("voice", __name__)
voice.register_error_handler(ValueError, not_readable)
MAX_WAIT = 60.0
NO_LINE = {"answer": "is not ringing", "hangup": "is in no call", "keys": "is in no call", "say": "is in no call"}


@voice.post("/call")
def call() -> dict[str, Any]:
    """A phone calls a number. wait=1: answer when the call waits for a person or the clock. talk: hang up after it."""
    number, sender, more = number_of(required("to")), sender_of(required("from")), fields()
    name, forwarded = str(more.get("caller_name") or ""), str(more.get("forwarded_from") or "")
    leg = carrier().exchange.receive(number, sender, _seconds("talk"), name, forwarded)
    wait = str(request.args.get("wait", more.get("wait", "")))
    settled = {"settled": carrier().settle(MAX_WAIT)} if wait == "1" else {}
    return {**_call_json(leg.call), **settled}


@voice.get("/calls")
def calls() -> dict[str, Any]:
    with carrier().state.lock:
        return {"calls": [_call_json(one) for one in carrier().state.calls.values()]}


@voice.get("/calls/<sid>")
def one_call(sid: str) -> dict[str, Any]:
    """status and timeout: answer when the call has this status; "over" means any final status."""
    found, wanted = carrier().state.calls.get(sid), request.args.get("status", "")
    if found is None:
        raise refusal(20404, request.path)
    if wanted:
        _wait(lambda: found.status == wanted or (wanted == "over" and found.is_final))
    return _call_json(found)


@voice.get("/recordings")
def recordings() -> dict[str, Any]:
    """Every recording, with the words that Record heard."""
    with carrier().state.lock:
        found = [
            {"sid": one.sid, "call_sid": one.call_sid, "status": one.status, "duration": one.duration, "text": one.text}
            for one in carrier().state.recordings.values()
        ]
    return {"recordings": found}


@voice.get("/phones")
def phones() -> dict[str, Any]:
    """Every phone that texted, called, was reached or has a plan."""
    with carrier().state.lock:
        received = {phone: len(messages) for phone, messages in carrier().state.inboxes.items()}
        texted = {message.sender for message in carrier().state.messages.values() if message.direction == "inbound"}
    with carrier().pace.lock:
        known = dict(carrier().exchange.phones)
    shown = [
        {
            "phone": phone, "state": known[phone].state if phone in known else "idle",
            "received": received.get(phone, 0), "heard": len(known[phone].heard) if phone in known else 0,
        }
        for phone in sorted({*received, *texted, *known} - carrier().state.by_phone.keys())
    ]  # fmt: skip
    return {"phones": shown}


@voice.get("/phones/<phone>")
def phone(phone: str) -> dict[str, Any]:
    """state and timeout: answer when the phone is idle, ringing, calling, answered or bridged."""
    found, wanted = _phone(phone), request.args.get("state", "")
    if wanted:
        _wait(lambda: found.state == wanted)
    with carrier().pace.lock:
        heard = [sound.to_json() for sound in found.heard]
        return {"phone": found.number, "state": found.state, "plan": _plan_json(found.plan), "heard": heard}


@voice.delete("/phones/<phone>/heard")
def forget(phone: str) -> tuple[str, int]:
    with carrier().pace.lock:
        _phone(phone).heard.clear()
    return "", 204


@voice.post("/phones/<phone>/plan")
def plan(phone: str) -> dict[str, Any]:
    """Set what the phone does when it rings: plan (one of PLANS), delay, talk, keys, name. Holds from the next ring."""
    kind, found = required("plan"), _phone(phone)
    if kind not in PLANS:
        raise refusal(20001, f"plan must be one of {', '.join(PLANS)}")
    keys, name = _keys(str(fields().get("keys") or "")), str(fields().get("name") or "")
    with carrier().pace.lock:
        found.plan = Plan(kind, _seconds("delay"), _seconds("talk"), keys, name)
    with carrier().state.lock:
        carrier().state.plans[found.number] = found.plan
        carrier().state.persist()
    return {"phone": found.number, "plan": _plan_json(found.plan)}


@voice.post("/phones/<phone>/<act>")
def act(phone: str, act: str) -> dict[str, Any]:
    """answer, hangup (a ringing phone declines), keys {keys}, say {text}."""
    if act not in NO_LINE:
        raise refusal(20404, request.path)
    words = _keys(required("keys")) if act == "keys" else required("text") if act == "say" else ""
    found = _phone(phone)
    with carrier().pace.lock:
        line = found.line("ringing") if act == "answer" else found.line()
        if line is None:
            raise CarrierError(20001, 409, f"{found.number} {NO_LINE[act]}")
        {"answer": line.pick_up, "hangup": line.hang_up}.get(
            act, lambda: line.press(words) if act == "keys" else line.speak(words)
        )()
    wait = str(request.args.get("wait", fields().get("wait", "")))
    settled = {"settled": carrier().settle(MAX_WAIT)} if wait == "1" else {}
    return {"phone": found.number, "state": found.state, "call_sid": line.sid, **settled}


@voice.get("/clock")
def clock() -> dict[str, Any]:
    return {"now": carrier().pace.now(), "speed": carrier().pace.speed}


@voice.post("/clock")
def set_clock() -> dict[str, Any]:
    """speed: simulated seconds in one real second; advance: simulated seconds to skip at once."""
    pace = carrier().pace
    if "speed" in fields():
        pace.set_speed(float(fields()["speed"]))
    if "advance" in fields():
        pace.advance(_seconds("advance"))
    return clock()


def _wait(ready: Callable[[], bool]) -> None:
    """Wait in real seconds, because the client is not part of a call."""
    timeout = min(float(request.args.get("timeout", 10)), MAX_WAIT)
    carrier().pace.wait_real(ready, timeout)


def _keys(text: str) -> str:
    if not re.fullmatch("[0-9*#]*", text):
        raise refusal(20001, "keys must be of a telephone: 0 to 9, * and #")
    return text


def _phone(text: str) -> Phone:
    return carrier().exchange.phone(sender_of(text))


def _seconds(name: str) -> float:
    value = float(fields().get(name) or 0)
    if not 0 <= value <= 1_000_000:
        raise refusal(20001, f"{name} must be seconds")
    return value


def _plan_json(one: Plan) -> dict[str, Any]:
    return {"plan": one.kind, "delay": one.delay, "talk": one.talk, "keys": one.keys, "name": one.name}


def _call_json(one: Call) -> dict[str, Any]:
    return {
        "sid": one.sid,
        "parent_sid": one.parent_sid or None,
        "direction": one.direction,
        "from": one.sender,
        "to": one.to,
        "status": one.status,
        "duration": one.duration,
        "error_code": one.error_code,
        "dial": one.dial,
        "at": one.created.isoformat(),
    }
