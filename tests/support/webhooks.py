"""A Service with a pool of numbers, people that no other test uses, and the carrier's webhooks, genuine or forged."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from dataclasses import dataclass
from math import inf
from typing import Any
from urllib.parse import urlencode

import requests
from twilio.request_validator import RequestValidator
from twilio.rest.proxy.v1.service import ServiceContext
from twilio.rest.proxy.v1.service.session import SessionContext
from werkzeug.datastructures import MultiDict

from carrier.webhook_urls import number_token, number_url
from common.sids import new
from pool.drift import check_drift
from proxy.webhooks.refusal_counter import RefusalCounter
from storage import keys
from storage.short_form import unfold_event
from tests.support.stack import ACCOUNT, TOKEN, Stack

Pairs = list[tuple[str, str]]
FORM = "application/x-www-form-urlencoded"


class Clock:
    """The store's time in ms."""

    def __init__(self, now: int) -> None:
        self.now = now

    def __call__(self) -> int:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += int(seconds * 1000)


@dataclass(frozen=True)
class Conversation:
    """Two people in a Session: Alice texts `alices`, her proxy number; Bob sees `bobs`, his own."""

    session: SessionContext
    alice: str
    bob: str
    alices: str
    bobs: str
    bob_sid: str


class WebhookHarness:
    """`new_person` and `new_number` return numbers that no other test has; `sim` calls the simulator's control page."""

    folk = itertools.count(1000)
    phones = itertools.count(1000)

    def __init__(self, stack: Stack, clock: Clock | None = None, numbers: int = 0) -> None:
        self.stack, self.clock, self.client = stack, clock, stack.sdk()
        # `writes` must count only the writes of requests, so the counter of refusals never writes.
        stack.runtime.part(RefusalCounter).write_seconds = inf
        self.sid = str(self.client.proxy.v1.services.create(unique_name=new("scene-")).sid)
        self.window = number_token(stack.runtime, self.sid)
        self.pool = [self.new_number() for _ in range(numbers)]
        for number in self.pool:
            self.service.phone_numbers.create(phone_number=number)

    @property
    def service(self) -> ServiceContext:
        return self.client.proxy.v1.services(self.sid)

    def set_fields(self, **fields: str) -> requests.Response:
        """Changes fields of the Service, also our own fields that the SDK does not know."""
        url = f"{self.stack.url}/proxy/v1/Services/{self.sid}"
        return requests.post(url, fields, auth=(ACCOUNT, TOKEN), timeout=30)

    def new_number(self, **more: Any) -> str:
        """Creates a number at the carrier that is in no pool yet."""
        found: str = self.sim("POST", "/numbers", phone_number=f"+1312555{next(self.phones)}", **more)["phone_number"]
        return found

    def new_person(self) -> str:
        return f"+1510555{next(self.folk)}"

    def open(self, people: int = 2, spell: Callable[[str], str] = str, **fields: Any) -> Conversation:
        """Opens a Session with new people. `spell` writes their numbers in the app's own form."""
        given = [self.new_person() for _ in range(people)]
        made = self.service.sessions.create(unique_name=new("talk-"), **fields)
        session = self.service.sessions(made.sid)
        joined = [session.participants.create(identifier=spell(one)) for one in given]
        first, last = joined[0], joined[-1]
        return Conversation(session, given[0], given[-1], first.proxy_identifier, last.proxy_identifier, last.sid)

    def sim(self, method: str, path: str, **fields: Any) -> Any:
        answer = requests.request(method, f"{self.stack.carrier.url}/sim{path}", json=fields or None, timeout=60)
        assert answer.status_code < 300, answer.text
        return answer.json() if answer.content else None

    def renew_urls(self) -> None:
        """Runs the job that renews the numbers' URLs, if the test has moved the clock into another replay window."""
        window = number_token(self.stack.runtime, self.sid)
        if window != self.window:
            check_drift(self.stack.runtime, self.sid)
            self.window = window

    def text(self, sender: str, to: str, body: str, **more: Any) -> str:
        """Sends a text from a phone to a number and waits until everything is done. Returns our TwiML."""
        self.renew_urls()
        said = self.sim("POST", "/text?wait=1", **{"from": sender, "to": to, "body": body, **more})
        assert said["settled"] and said["webhook"]["status"] == 200
        twiml: str = said["twiml"]
        return twiml

    def inbox(self, phone: str) -> list[tuple[str, str]]:
        return [(m["from"], m["body"]) for m in self.sim("GET", f"/inbox/{phone}")["messages"]]

    def message_form(self, sender: str, to: str, body: str, sid: str | None = None, media: int = 0) -> dict[str, str]:
        """The form that the carrier posts for a message."""
        sid = sid or new("SM")
        told = {"MessageSid": sid, "SmsMessageSid": sid, "SmsSid": sid, "SmsStatus": "received"}
        where = {"FromCity": "OAKLAND", "FromCountry": "US", "ToCity": "CHICAGO", "ToCountry": "US", "ApiVersion": "2"}
        content = {"Body": body, "NumMedia": str(media), "NumSegments": "1"}
        return {"AccountSid": ACCOUNT, "From": sender, "To": to, **content, **told, **where}

    def url(self, path: str = "message", service_sid: str | None = None) -> str:
        """The present URL of a number for `message` or `voice`; another path as it is."""
        if path in ("message", "voice"):
            return number_url(self.stack.runtime, service_sid or self.sid, path)
        return f"{self.stack.url}/webhooks/{self.sid}/{path}"

    def post(
        self, fields: dict[str, str] | Pairs, url: str | None = None, token: str = TOKEN, **more: Any
    ) -> requests.Response:
        """Posts a form, signed by the SDK. `signature` replaces the signature; `sent` is posted instead of `fields`."""
        url = url or self.url()
        pairs = list(fields.items()) if isinstance(fields, dict) else fields
        sent = more.get("sent", pairs)
        headers = {"Content-Type": more.get("kind", FORM)}
        given = more.get("signature", sign(url, pairs, token))
        if given is not None:
            headers["X-Twilio-Signature"] = given
        body = sent if isinstance(sent, bytes) else urlencode(sent).encode()
        return requests.post(url, body, headers=headers, timeout=30)

    def writes(self) -> tuple[int, int, int]:
        """Counts of keys, of the Service's events and of all writes to the store: equal if nothing was written."""
        store = self.stack.runtime.store
        n = int(store.client.hget(keys.service("clock", self.sid), "n") or 0)
        there = sum(server.client.dbsize() for server in store.servers.primaries())
        return there, n, sum(int(info["rdb_changes_since_last_save"]) for info in store.infos("persistence"))

    def events(self, after: int = 0) -> list[dict[str, Any]]:
        """The Service's events after number `after`, each with its parsed detail."""
        rows: Any = self.stack.runtime.store.client.xrange(keys.events(self.sid))
        found = [{str(k, "utf-8"): str(v, "utf-8") for k, v in unfold_event(row).items()} for _, row in rows]
        return [{**row, "d": json.loads(row["d"])} for row in found if int(row["n"]) > after]

    def status_url(self, interaction: str, token: str | None = None) -> str:
        proof = token or self.stack.runtime.index.proof("status", self.sid, interaction)
        return self.url(f"status/{interaction}/{proof}")


def sign(url: str, pairs: Pairs, token: str = TOKEN) -> str:
    return str(RequestValidator(token).compute_signature(url, MultiDict(pairs)))
