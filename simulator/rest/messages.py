"""Messages and their media."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue

from simulator import catalogue, render
from simulator.errors import refusal
from simulator.model import Draft, Media, Message
from simulator.network import attach
from simulator.rest.access import account, carrier
from simulator.rest.paging import page

messages = Blueprint("messages", __name__)
DAY = timedelta(days=1)


@messages.post("/Messages.json")
def create_message(account_sid: str) -> tuple[dict[str, Any], int]:
    message = carrier().accept(_draft())
    body = render.message(message)
    carrier().carry(message)
    return body, 201


@messages.get("/Messages.json")
def list_messages(account_sid: str) -> dict[str, Any]:
    found = carrier().state.messages_of(account_sid)
    to, sender = request.args.get("To"), request.args.get("From")
    found = [m for m in found if to in (None, "", m.shown_to) and sender in (None, "", m.sender)]
    return page("messages", _filter_dates(found), render.message)


@messages.get("/Messages/<sid>.json")
def fetch_message(account_sid: str, sid: str) -> dict[str, Any]:
    return render.message(_message(sid))


@messages.post("/Messages/<sid>.json")
def redact_message(account_sid: str, sid: str) -> dict[str, Any]:
    """As in Twilio's documentation of Update and of the errors 20009 and 30400."""
    message = _message(sid)
    if request.form.get("Status"):
        raise refusal(20001, "Status can only cancel a scheduled message, and none is scheduled here")
    if request.form.get("Body", "missing"):
        raise refusal(30400)
    if not message.is_final:
        raise refusal(20009)
    message.body = ""
    return render.message(message)


@messages.delete("/Messages/<sid>.json")
def delete_message(account_sid: str, sid: str) -> tuple[str, int]:
    message = _message(sid)
    if not message.is_final:
        raise refusal(20009)
    with carrier().state.lock:
        carrier().state.messages.pop(message.sid, None)
    return "", 204


@messages.get("/Messages/<sid>/Media.json")
def list_media(account_sid: str, sid: str) -> dict[str, Any]:
    message = _message(sid)
    shown = [render.media(message, one) for one in message.media]
    uri = request.full_path.rstrip("?")
    edges = {"first_page_uri": uri, "next_page_uri": None, "previous_page_uri": None, "uri": uri}
    return {"media_list": shown, "page": 0, "page_size": 50, "start": 0, "end": max(len(shown) - 1, 0), **edges}


@messages.get("/Messages/<sid>/Media/<media_sid>.json")
def fetch_media(account_sid: str, sid: str, media_sid: str) -> dict[str, Any]:
    return render.media(_message(sid), _media(_message(sid), media_sid))


@messages.get("/Messages/<sid>/Media/<media_sid>")
def fetch_content(account_sid: str, sid: str, media_sid: str) -> ResponseReturnValue:
    """The bytes, or a redirect to them."""
    found = _media(_message(sid), media_sid)
    if found.data is None:
        return redirect(found.url, 307)
    return found.data, 200, {"Content-Type": found.content_type}


@messages.delete("/Messages/<sid>/Media/<media_sid>.json")
def delete_media(account_sid: str, sid: str, media_sid: str) -> tuple[str, int]:
    with carrier().state.lock:
        message = _message(sid)
        deleted = _media(message, media_sid)
        message.media = tuple(one for one in message.media if one is not deleted)
    return "", 204


def _draft() -> Draft:
    form = request.form
    if not form.get("To"):
        raise refusal(21604)
    if form.get("MessagingServiceSid"):
        raise refusal(21701, form["MessagingServiceSid"])
    if not form.get("From"):
        raise refusal(21603)
    return Draft(
        account_sid=account().sid,
        direction="outbound-api",
        sender=catalogue.to_e164(form["From"]),
        to=catalogue.to_e164(form["To"]),
        body=form.get("Body", ""),
        media=attach(form.getlist("MediaUrl")),
        status_callback=form.get("StatusCallback", ""),
        discard=_retention("ContentRetention", "discard", 30029),
        obfuscate=_retention("AddressRetention", "obfuscate", 30030),
    )


def _retention(name: str, word: str, code: int) -> bool:
    value = request.form.get(name, "retain")
    if value not in ("retain", word):
        raise refusal(code)
    return value == word


def _filter_dates(found: list[Message]) -> list[Message]:
    """DateSent is a day; DateSent< and DateSent> are a day or a time, inclusive."""
    day, until, since = (date_filter(name) for name in ("DateSent", "DateSent<", "DateSent>"))
    if day:
        day = day.replace(hour=0, minute=0, second=0)
        found = [m for m in found if day <= _sent(m) < day + DAY]
    if until:
        found = [m for m in found if _sent(m) <= until]
    return [m for m in found if since <= _sent(m)] if since else found


def _sent(message: Message) -> datetime:
    return message.sent or message.created


def date_filter(name: str) -> datetime | None:
    text = request.args.get(name, "")
    try:
        at = datetime.fromisoformat(text) if text else None
    except ValueError:
        raise refusal(20001, f"{name} must be a date, YYYY-MM-DD") from None
    return at.replace(tzinfo=UTC) if at and at.tzinfo is None else at


def _message(sid: str) -> Message:
    message = carrier().state.messages.get(sid)
    if message is None or message.account_sid != account().sid:
        raise refusal(20404, request.path)
    return message


def _media(message: Message, sid: str) -> Media:
    found = next((one for one in message.media if one.sid == sid), None)
    if found is None:
        raise refusal(20404, request.path)
    return found
