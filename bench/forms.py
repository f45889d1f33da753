"""HTTP requests as bytes: signed webhooks as the carrier sends them, and POST Session."""

from __future__ import annotations

import base64
import json
import random
from collections.abc import Sequence
from itertools import cycle, islice
from typing import NamedTuple
from urllib.parse import urlencode, urlsplit

from bench.world import ACCOUNT, PUBLIC_URL, TOKEN, person
from carrier.signature import sign
from carrier.webhook_urls import number_url
from common.runtime import Runtime
from common.sids import new
from sessions.model import Session

BODY = "I am at the corner by the bakery, grey coat."
#: Three words make each text different: a repeated text would count as an auto-responder's and be refused.
WORDS = (
    "apple", "bridge", "candle", "door", "engine", "forest", "garden", "harbour", "island", "jacket", "kitchen",
    "ladder", "market", "needle", "orange", "pencil", "queen", "river", "station", "table", "umbrella",
    "village", "window", "yellow", "anchor", "basket", "castle", "desert", "evening", "feather", "guitar",
    "hammer", "insect", "jungle", "kettle", "lemon",
)  # fmt: skip


class Sender(NamedTuple):
    """A person who writes or calls, and the proxy number that they use."""

    identifier: str
    proxy_identifier: str


class Paths(NamedTuple):
    """The paths of a Service's webhooks for texts and calls; they contain a token."""

    message: str
    voice: str


def paths(message_url: str, voice_url: str) -> Paths:
    return Paths(urlsplit(message_url).path, urlsplit(voice_url).path)


def paths_of(rt: Runtime, service_sid: str) -> Paths:
    return paths(*(number_url(rt, service_sid, path) for path in ("message", "voice")))


#: Text that each answer contains if the work was done.
RELAYED, BRIDGED, OPENED = b"<Message ", b"<Dial ", b'"sid":"KC'


def senders(sessions: Sequence[Session]) -> list[Sender]:
    return [Sender(one.identifier, one.proxy_identifier) for each in sessions for one in each.participants]


def post(path: str, body: str, *headers: str) -> bytes:
    """A request without NUL bytes, with the body's Content-Length."""
    lines = [
        f"POST {path} HTTP/1.1", "Host: bench", "Content-Type: application/x-www-form-urlencoded",
        f"Content-Length: {len(body)}", *headers,
    ]  # fmt: skip
    return "\r\n".join([*lines, "", body]).encode()


def webhooks(at: Paths, people: Sequence[Sender], count: int) -> list[bytes]:
    """`count` different texts, each with its own MessageSid, from every sender in turn."""
    return [_message(at.message, sender) for sender in islice(cycle(people), count)]


def calls(at: Paths, people: Sequence[Sender], count: int) -> list[bytes]:
    """`count` inbound calls, each with its own CallSid."""
    return [_call(at.voice, sender) for sender in islice(cycle(people), count)]


def _message(path: str, sender: Sender) -> bytes:
    """The 20 fields of an SMS webhook."""
    sid = new("SM")
    return _signed(path, {
        **_places(sender), "SmsMessageSid": sid, "NumMedia": "0", "SmsSid": sid, "SmsStatus": "received",
        "Body": f"{BODY} {' '.join(random.sample(WORDS, 3))}", "NumSegments": "1", "MessageSid": sid, "OptInType": "",
    })  # fmt: skip


def _call(path: str, sender: Sender) -> bytes:
    """The fields of a voice webhook."""
    return _signed(path, {
        **_places(sender), "CallSid": new("CA"), "CallStatus": "ringing", "Direction": "inbound",
        "Called": sender.proxy_identifier, "Caller": sender.identifier,
    })  # fmt: skip


def status(path: str, sid: str, state: str) -> bytes:
    """What the carrier posts to the status URL of a relayed text. `sid`: of the message that it sends."""
    return _signed(path, {"AccountSid": ACCOUNT, "MessageSid": sid, "MessageStatus": state, "ApiVersion": "2010-04-01"})


def _places(sender: Sender) -> dict[str, str]:
    return {
        "ToCountry": "US", "ToState": "CA", "ToCity": "SAN FRANCISCO", "ToZip": "94105", "FromCountry": "US",
        "FromState": "NY", "FromCity": "NEW YORK", "FromZip": "10001", "AccountSid": ACCOUNT,
        "ApiVersion": "2010-04-01", "From": sender.identifier, "To": sender.proxy_identifier,
    }  # fmt: skip


def _signed(path: str, fields: dict[str, str]) -> bytes:
    signature = sign(TOKEN, PUBLIC_URL + path, [(name, [value]) for name, value in fields.items()])
    return post(path, urlencode(fields), f"X-Twilio-Signature: {signature}")


#: A path as long as a real one, for the view that does not read it.
BARE = f"/webhooks/KS{'0' * 32}/message/1764460800-{'x' * 24}"


def bare(count: int) -> list[bytes]:
    """The same form, for the view that does not read it."""
    return [_message(BARE, Sender("+12125550100", "+14155550100"))] * count


def new_sessions(service_sid: str, count: int) -> list[bytes]:
    """`count` requests POST Session, as the SDK writes them, each between two new people."""
    return [new_session(service_sid, (person(), person())) for _ in range(count)]


def new_session(service_sid: str, people: Sequence[str]) -> bytes:
    secret = base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
    names = zip(people, ("Rider", "Driver"), strict=True)
    given = [json.dumps({"Identifier": one, "FriendlyName": name}) for one, name in names]
    form = urlencode({"Ttl": "86400", "Participants": given}, doseq=True)
    return post(f"/proxy/v1/Services/{service_sid}/Sessions", form, f"Authorization: Basic {secret}")
