"""HTTP requests as bytes: signed webhooks as the carrier posts them, and POST Session."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from itertools import cycle, islice
from urllib.parse import urlencode

from bench.world import ACCOUNT, PUBLIC_URL, TOKEN, person
from carrier.signature import sign
from common.model import Service
from common.sids import new
from sessions.model import Session

BODY = "I am at the corner by the bakery, grey coat."
#: Nobody repeats a text for ever: that would be an auto-responder.
WORDS = ("Two minutes!", "Where are you?", "See you soon.", "Take your time.", "I can see you.")


def post(path: str, body: str, *headers: str) -> bytes:
    """Nothing in it is NUL, and the length is the body's."""
    lines = [
        f"POST {path} HTTP/1.1", "Host: bench", "Content-Type: application/x-www-form-urlencoded",
        f"Content-Length: {len(body)}", *headers,
    ]  # fmt: skip
    return "\r\n".join([*lines, "", body]).encode()


def webhooks(service: Service, sessions: list[Session], count: int) -> list[bytes]:
    """So many messages, each with a MessageSid of its own, from every participant in turn."""
    path = f"/webhooks/{service.sid}/message"
    said = cycle(WORDS)
    return [_webhook(path, sender, called, next(said)) for sender, called in islice(_senders(sessions), count)]


def _senders(sessions: list[Session]) -> Iterator[tuple[str, str]]:
    return cycle([(one.identifier, one.proxy_identifier) for each in sessions for one in each.participants])


def _webhook(path: str, sender: str, called: str, said: str) -> bytes:
    """The 20 fields of an SMS webhook."""
    sid = new("SM")
    fields = {
        "ToCountry": "US", "ToState": "CA", "SmsMessageSid": sid, "NumMedia": "0", "ToCity": "SAN FRANCISCO",
        "FromZip": "10001", "SmsSid": sid, "FromState": "NY", "SmsStatus": "received", "FromCity": "NEW YORK",
        "Body": f"{BODY} {said}", "FromCountry": "US", "To": called, "ToZip": "94105", "NumSegments": "1",
        "MessageSid": sid, "AccountSid": ACCOUNT, "From": sender, "ApiVersion": "2010-04-01", "OptInType": "",
    }  # fmt: skip
    signature = sign(TOKEN, PUBLIC_URL + path, ((name, [value]) for name, value in fields.items()))
    return post(path, urlencode(fields), f"X-Twilio-Signature: {signature}")


def bare(count: int) -> list[bytes]:
    """The same form, for the view that does not read it."""
    form = _webhook("/bare", "+12125550100", "+14155550100", WORDS[0])
    return [form] * count


def new_sessions(service: Service, count: int) -> list[bytes]:
    """So many POST Session, as the SDK writes them, between people nobody has seen before."""
    secret = base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
    path = f"/proxy/v1/Services/{service.sid}/Sessions"
    return [post(path, _new_session(), f"Authorization: Basic {secret}") for _ in range(count)]


def _new_session() -> str:
    people = [json.dumps({"Identifier": person(), "FriendlyName": name}) for name in ("Rider", "Driver")]
    return urlencode({"Ttl": "86400", "Participants": people}, doseq=True)
