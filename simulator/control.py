"""/sim: act as the phones, read the logs, set faults. It needs no credentials; the server listens on loopback only."""

from __future__ import annotations

from base64 import b64decode
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from flask import Blueprint, current_app, request
from flask.typing import ResponseReturnValue

from simulator import catalogue, numbers, sids
from simulator.carrier import Carrier
from simulator.errors import CarrierError, refusal
from simulator.model import Account, Media, Message, Number
from simulator.network import attach
from simulator.webhooks import Answer

control = Blueprint("control", __name__)
MAX_WAIT = 60.0


def carrier() -> Carrier:
    found: Carrier = current_app.extensions["simulator"]
    return found


@control.post("/text")
def text() -> dict[str, Any]:
    """A phone texts a number. wait=0: answer at once; wait=1: after everything it caused; else after the webhook."""
    sender, body = sender_of(required("from")), str(fields().get("body") or "")
    message, cause = carrier().text(number := _sms_number(required("to")), sender, body, _media())
    wait = str(request.args.get("wait", fields().get("wait", "")))
    if wait == "0":
        carrier().dialogue.start(number, message, cause)
        return {"sid": message.sid}
    answer = carrier().answer(number, message, cause)
    settled = cause.wait(MAX_WAIT) if wait == "1" else None
    sent = {"sent": [_sent_json(message) for message in list(cause.sent)]}
    return {"sid": message.sid, **_webhook(answer), **sent, **({} if settled is None else {"settled": settled})}


@control.get("/inbox/<phone>")
def inbox(phone: str) -> dict[str, Any]:
    """count and timeout: answer when the inbox has `count` messages, or after `timeout` seconds."""
    wanted, timeout = int(request.args.get("count", 0)), min(float(request.args.get("timeout", 10)), MAX_WAIT)
    phone = phone_of(phone)
    return {"phone": phone, "messages": [_message_json(m) for m in carrier().state.inbox(phone, wanted, timeout)]}


@control.get("/media/<sid>")
def content(sid: str) -> ResponseReturnValue:
    """The bytes of a file that the carrier or a phone has."""
    found = carrier().state.media(sid)
    if found is None or found.data is None:
        raise refusal(20404, request.path)
    return found.data, 200, {"Content-Type": found.content_type}


@control.delete("/inbox")
def empty_inboxes() -> tuple[str, int]:
    with carrier().state.lock:
        carrier().state.inboxes.clear()
    return "", 204


@control.delete("/inbox/<phone>")
def empty_inbox(phone: str) -> tuple[str, int]:
    with carrier().state.lock:
        carrier().state.inboxes.pop(phone_of(phone), None)
    return "", 204


@control.get("/numbers")
def list_numbers() -> dict[str, Any]:
    with carrier().state.lock:
        return {"numbers": [_number_json(n) for n in carrier().state.numbers.values()]}


@control.post("/numbers")
def add_number() -> tuple[dict[str, Any], int]:
    """Add a number of any shape and capabilities, for tests that need one that the catalogue does not have."""
    state, phone = carrier().state, catalogue.to_e164(required("phone_number"))
    owner = str(fields().get("account_sid") or next(iter(state.accounts)))
    capabilities = {**catalogue.SMS_AND_MMS, **(fields().get("capabilities") or {})}
    with state.lock:
        if owner not in state.accounts or not catalogue.is_valid(phone) or phone in state.by_phone:
            raise refusal(21422, phone)
        number = state.add_number(numbers.make(owner, phone, next(state.seq), sids.fixed("PN", phone), capabilities))
        state.persist()
    return _number_json(number), 201


@control.post("/accounts")
def add_account() -> tuple[dict[str, Any], int]:
    sid = required("sid")
    if not sids.fits("AC", sid):
        raise refusal(20001, "sid must be AC and 32 hex digits")
    carrier().state.add_account(Account(sid, required("auth_token")), int(fields().get("numbers", 0)))
    return {"sid": sid, "numbers": [_number_json(n) for n in carrier().state.numbers_of(sid)]}, 201


@control.get("/alerts")
def alerts() -> dict[str, Any]:
    with carrier().state.lock:
        return {"alerts": [to_json(asdict(alert)) for alert in list(carrier().state.alerts)]}


@control.get("/requests")
def requests() -> dict[str, Any]:
    """Every webhook attempt, oldest first. Filters: message_sid, call_sid, kind."""
    with carrier().state.lock:
        found = list(carrier().state.attempts)
    for name, field in (("message_sid", "message_sid"), ("call_sid", "message_sid"), ("kind", "kind")):
        if wanted := request.args.get(name):
            found = [entry for entry in found if getattr(entry, field) == wanted]
    return {"requests": [to_json(asdict(entry)) for entry in found]}


@control.get("/settle")
def settle() -> dict[str, Any]:
    """Wait until all work is done, except calls that wait for a person or the simulated clock."""
    timeout = min(float(request.args.get("timeout", 10)), MAX_WAIT)
    return {"settled": carrier().settle(timeout)}


@control.post("/reset")
def reset() -> tuple[str, int]:
    """Delete traffic, opt-outs, plans, logs and faults. Accounts, keys and numbers stay."""
    carrier().reset()
    return "", 204


@control.errorhandler(ValueError)
def not_readable(error: ValueError) -> tuple[dict[str, Any], int]:
    return CarrierError(20001, 400, str(error)).body(), 400


def fields() -> dict[str, Any]:
    found = request.get_json(silent=True) if request.is_json else request.form.to_dict()
    if not isinstance(found, dict):
        raise refusal(20001, "a JSON object is expected")
    return found


def required(name: str) -> str:
    value = fields().get(name)
    if not isinstance(value, str) or not value:
        raise refusal(20001, f"{name} is required")
    return value


def sender_of(text: str) -> str:
    """A phone number in E.164; any other sender (a name, a short code, "anonymous") unchanged."""
    phone = catalogue.to_e164(text)
    return phone if catalogue.is_valid(phone) else text


def phone_of(text: str) -> str:
    """A phone number in E.164, or a short code. Raises 20001."""
    phone = catalogue.to_e164(text)
    if not catalogue.is_valid(phone) and not (phone.isdecimal() and len(phone) <= 8):
        raise refusal(20001, f"{text} is not a phone number: write it as +14085550111")
    return phone


def number_of(text: str) -> Number:
    number = carrier().state.by_phone.get(catalogue.to_e164(text))
    if number is None:
        raise CarrierError(20404, 404, f"{text} is not a number of this carrier: see python -m simulator numbers")
    return number


def _sms_number(text: str) -> Number:
    number = number_of(text)
    if not number.capabilities["sms"]:
        raise CarrierError(20001, 400, f"{text} cannot receive texts")
    return number


def _media() -> tuple[Media, ...]:
    """Each entry is a URL, or {url, content_type}, or {data (base64), content_type}."""
    found = fields().get("media") or []
    listed = found if isinstance(found, list) else [found]
    entries = [entry if isinstance(entry, dict) else {"url": entry} for entry in listed]
    return tuple(_media_entry(entry) for entry in entries)


def _media_entry(entry: dict[str, Any]) -> Media:
    (made,) = attach([str(entry.get("url", ""))], str(entry.get("content_type", "")))
    return replace(made, data=b64decode(str(entry["data"]), validate=True)) if "data" in entry else made


def _webhook(answer: Answer | None) -> dict[str, Any]:
    if answer is None:
        return {"webhook": None, "twiml": None}
    seen = {"url": answer.url, "status": answer.status, "error_code": answer.error_code, "attempts": answer.attempts}
    return {"webhook": seen, "twiml": answer.body.decode(errors="replace")}


def _message_json(message: Message) -> dict[str, Any]:
    media = [_media_json(m) for m in message.media]
    at = message.created.isoformat()
    return {
        "sid": message.sid,
        "from": message.sender,
        "to": message.to,
        "body": message.body,
        "media": media,
        "at": at,
    }


def _sent_json(message: Message) -> dict[str, Any]:
    return {
        "from": message.sender, "to": message.to, "body": message.body, "status": message.status,
        "error_code": message.error_code,
    }  # fmt: skip


def _media_json(media: Media) -> dict[str, Any]:
    """`status`: the HTTP status of its URL when the carrier fetched it; None for media of inbound texts."""
    size = None if media.data is None else len(media.data)
    seen = {"content_type": media.content_type, "status": media.status, "size": size}
    return {"sid": media.sid, "url": media.url, **seen}


def _number_json(number: Number) -> dict[str, Any]:
    urls = {name: number.settings[name] for name in ("sms_url", "voice_url", "friendly_name")}
    capabilities = [name for name, can in number.capabilities.items() if can]
    owner = {"sid": number.sid, "account_sid": number.account_sid, "phone_number": number.phone_number}
    return {**owner, "kind": number.kind, "capabilities": capabilities, **urls}


def to_json(row: dict[str, Any]) -> dict[str, Any]:
    return {k: v.isoformat() if isinstance(v, datetime) else v for k, v in row.items()}
