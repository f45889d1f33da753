"""What no carrier offers: being the phones, looking at the log, breaking things. No credentials: loopback only."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from flask import Blueprint, current_app, request

from simulator import catalogue, numbers, sids
from simulator.carrier import Carrier
from simulator.courier import Answer
from simulator.errors import CarrierError, refusal
from simulator.model import Account, Media, Message, Number
from simulator.network import attach

control = Blueprint("control", __name__)
LONGEST_WAIT = 60.0
WHOLE = {"webhook_copies": 1, "delay_ms": 0, "lose_answers": 0}


def carrier() -> Carrier:
    found: Carrier = current_app.extensions["simulator"]
    return found


@control.post("/text")
def text() -> dict[str, Any]:
    """A phone texts a number. wait=0: at once; wait=1: until all that it caused has settled; else until answered."""
    sender, body = _sender(_given("from")), str(_fields().get("body") or "")
    message, cause = carrier().text(number := _number(_given("to")), sender, body, _media())
    wait = str(request.args.get("wait", _fields().get("wait", "")))
    if wait == "0":
        carrier().dialogue.start(number, message, cause)
        return {"sid": message.sid}
    answer = carrier().answer(number, message, cause)
    settled = cause.wait(LONGEST_WAIT) if wait == "1" else None
    return {"sid": message.sid, **_webhook(answer), **({} if settled is None else {"settled": settled})}


@control.get("/inbox/<phone>")
def inbox(phone: str) -> dict[str, Any]:
    """count and timeout: answer as soon as there are so many messages, or as there will not be."""
    wanted, timeout = int(request.args.get("count", 0)), min(float(request.args.get("timeout", 10)), LONGEST_WAIT)
    phone = catalogue.normal(phone)
    return {"phone": phone, "messages": [_shown(m) for m in carrier().state.inbox(phone, wanted, timeout)]}


@control.delete("/inbox")
def empty_inboxes() -> tuple[str, int]:
    with carrier().state.lock:
        carrier().state.inboxes.clear()
    return "", 204


@control.delete("/inbox/<phone>")
def empty_inbox(phone: str) -> tuple[str, int]:
    with carrier().state.lock:
        carrier().state.inboxes.pop(catalogue.normal(phone), None)
    return "", 204


@control.get("/numbers")
def list_numbers() -> dict[str, Any]:
    with carrier().state.lock:
        return {"numbers": [_shown_number(n) for n in carrier().state.numbers.values()]}


@control.post("/numbers")
def add_number() -> tuple[dict[str, Any], int]:
    """A number of any shape and abilities, for cases that the catalogue does not hold."""
    state, phone = carrier().state, catalogue.normal(_given("phone_number"))
    owner = str(_fields().get("account_sid") or next(iter(state.accounts)))
    able = {**catalogue.SMS_AND_MMS, **(_fields().get("capabilities") or {})}
    with state.lock:
        if owner not in state.accounts or not catalogue.is_valid(phone) or phone in state.by_phone:
            raise refusal(21422, phone)
        number = state.own(numbers.make(owner, phone, next(state.seq), sids.fixed("PN", phone), able))
        state.saved()
    return _shown_number(number), 201


@control.post("/accounts")
def add_account() -> tuple[dict[str, Any], int]:
    sid = _given("sid")
    if not sids.fits("AC", sid):
        raise refusal(20001, "sid must be AC and 32 hex digits")
    carrier().state.add_account(Account(sid, _given("auth_token")), int(_fields().get("numbers", 0)))
    return {"sid": sid, "numbers": [_shown_number(n) for n in carrier().state.numbers_of(sid)]}, 201


@control.get("/alerts")
def alerts() -> dict[str, Any]:
    with carrier().state.lock:
        return {"alerts": [_plain(asdict(alert)) for alert in list(carrier().state.alerts)]}


@control.get("/requests")
def requests() -> dict[str, Any]:
    """Every attempt at a webhook, oldest first; by message_sid, by kind."""
    with carrier().state.lock:
        found = list(carrier().state.posted)
    for name in ("message_sid", "kind"):
        if wanted := request.args.get(name):
            found = [entry for entry in found if getattr(entry, name) == wanted]
    return {"requests": [_plain(asdict(entry)) for entry in found]}


@control.get("/faults")
def faults() -> dict[str, Any]:
    return asdict(carrier().state.faults)


@control.post("/faults")
def set_faults() -> dict[str, Any]:
    """refuse {to, code} (code null: no longer), webhook_copies, delay_ms, drop_status_callbacks, lose_answers."""
    changed = _fields()
    if unknown := set(changed) - {*WHOLE, "refuse", "drop_status_callbacks"}:
        raise refusal(20001, f"unknown fault {', '.join(sorted(unknown))}")
    with carrier().state.lock:
        kept = carrier().state.faults
        for name in WHOLE.keys() & changed.keys():
            setattr(kept, name, max(int(changed[name]), WHOLE[name]))
        kept.drop_status_callbacks = bool(changed.get("drop_status_callbacks", kept.drop_status_callbacks))
        for entry in _entries(changed.get("refuse")):
            _refuse(kept.refuse, entry)
        return asdict(kept)


@control.get("/settle")
def settle() -> dict[str, Any]:
    """Until nothing at all is under way."""
    timeout = min(float(request.args.get("timeout", 10)), LONGEST_WAIT)
    return {"settled": carrier().work.everything.wait(timeout)}


@control.post("/reset")
def reset() -> tuple[str, int]:
    """Messages, inboxes, opt-outs, logs and faults go; accounts, keys and numbers stay as they are."""
    state = carrier().state
    with state.lock:
        state.clear()
        state.stopped.clear()
        state.saved()
    return "", 204


@control.errorhandler(ValueError)
def not_readable(error: ValueError) -> tuple[dict[str, Any], int]:
    return CarrierError(20001, 400, str(error)).body(), 400


def _refuse(table: dict[str, int], entry: dict[str, Any]) -> None:
    phone = catalogue.normal(str(entry["to"]))
    if entry.get("code") is None:
        table.pop(phone, None)
    else:
        table[phone] = int(entry["code"])


def _entries(given: Any) -> list[dict[str, Any]]:
    entries = given if isinstance(given, list) else [given] if given else []
    if not all(isinstance(entry, dict) and "to" in entry for entry in entries):
        raise refusal(20001, 'refuse must be {"to": phone, "code": number}')
    return entries


def _fields() -> dict[str, Any]:
    found = request.get_json(silent=True) if request.is_json else request.form.to_dict()
    if not isinstance(found, dict):
        raise refusal(20001, "a JSON object is expected")
    return found


def _given(name: str) -> str:
    value = _fields().get(name)
    if not isinstance(value, str) or not value:
        raise refusal(20001, f"{name} is required")
    return value


def _sender(given: str) -> str:
    """A phone in anyone's spelling; a name, a short code or "anonymous" as it is."""
    phone = catalogue.normal(given)
    return phone if catalogue.is_valid(phone) else given


def _number(text: str) -> Number:
    number = carrier().state.by_phone.get(catalogue.normal(text))
    if number is None:
        raise CarrierError(20404, 404, f"{text} is not a number of this carrier: see /sim/numbers")
    if not number.capabilities["sms"]:
        raise CarrierError(20001, 400, f"{text} cannot receive texts")
    return number


def _media() -> tuple[Media, ...]:
    """Each an address, or {url, content_type}."""
    given = _fields().get("media") or []
    listed = given if isinstance(given, list) else [given]
    entries = [one if isinstance(one, dict) else {"url": one} for one in listed]
    return tuple(m for e in entries for m in attach([str(e.get("url", ""))], str(e.get("content_type", ""))))


def _webhook(answer: Answer | None) -> dict[str, Any]:
    if answer is None:
        return {"webhook": None, "twiml": None}
    seen = {"url": answer.url, "status": answer.status, "error_code": answer.error_code, "attempts": answer.attempts}
    return {"webhook": seen, "twiml": answer.body.decode(errors="replace")}


def _shown(message: Message) -> dict[str, Any]:
    media = [{"url": m.url, "content_type": m.content_type} for m in message.media]
    at = message.created.isoformat()
    return {
        "sid": message.sid,
        "from": message.sender,
        "to": message.to,
        "body": message.body,
        "media": media,
        "at": at,
    }


def _shown_number(number: Number) -> dict[str, Any]:
    urls = {name: number.settings[name] for name in ("sms_url", "voice_url", "friendly_name")}
    able = [name for name, can in number.capabilities.items() if can]
    owner = {"sid": number.sid, "account_sid": number.account_sid, "phone_number": number.phone_number}
    return {**owner, "kind": number.kind, "capabilities": able, **urls}


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {k: v.isoformat() if isinstance(v, datetime) else v for k, v in row.items()}
