"""For each test: a new carrier, an SDK client that uses it, an app that it calls, and phones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import requests
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.rest import Client

from simulator import server
from tests.simulator.webhook_app import WebhookApp

ACCOUNT, TOKEN = "AC" + "a" * 32, "a-token"
ALICE, BOB = "+15105550001", "+15105550002"


@dataclass
class Phones:
    """Uses the simulator's control page: the test acts for the people and their phones."""

    url: str

    def ask(self, method: str, path: str, fields: Any = None) -> Any:
        answer = requests.request(method, f"{self.url}/sim{path}", json=fields, timeout=30)
        assert answer.status_code < 300, answer.text
        return answer.json() if answer.content else None

    def text(self, sender: str, to: str, body: str, **more: Any) -> Any:
        answer = self.ask("POST", "/text?wait=1", {"from": sender, "to": to, "body": body, **more})
        assert answer["settled"]
        return answer

    def inbox(self, phone: str) -> list[tuple[str, str]]:
        return [(m["from"], m["body"]) for m in self.ask("GET", f"/inbox/{phone}")["messages"]]

    def call(self, sender: str, to: str, **more: Any) -> Any:
        """Starts a call and returns when the call waits for a person or for the clock."""
        answer = self.ask("POST", "/call?wait=1", {"from": sender, "to": to, **more})
        assert answer["settled"]
        return answer

    def act(self, phone: str, name: str, **more: str) -> Any:
        answer = self.ask("POST", f"/phones/{phone}/{name}?wait=1", more)
        assert answer["settled"]
        return answer

    def plan(self, phone: str, plan: str, **more: Any) -> None:
        self.ask("POST", f"/phones/{phone}/plan", {"plan": plan, **more})

    def state(self, phone: str) -> str:
        return str(self.ask("GET", f"/phones/{phone}")["state"])

    def heard(self, phone: str, *kinds: str) -> list[tuple[str, str]]:
        found = self.ask("GET", f"/phones/{phone}")["heard"]
        return [(s["kind"], s["text"]) for s in found if not kinds or s["kind"] in kinds]

    def pass_time(self, seconds: float) -> None:
        """Moves the simulator's clock forward, and waits until everything that follows from it has happened."""
        self.ask("POST", "/clock", {"advance": seconds})
        self.settle()

    def calls(self) -> list[Any]:
        found: list[Any] = self.ask("GET", "/calls")["calls"]
        return found

    def settle(self) -> None:
        assert self.ask("GET", "/settle")["settled"]

    def log(self, **filters: str) -> list[Any]:
        query = "&".join(f"{k}={v}" for k, v in filters.items())
        found: list[Any] = self.ask("GET", f"/requests?{query}")["requests"]
        return found

    def alerts(self) -> list[int]:
        return [alert["error_code"] for alert in self.ask("GET", "/alerts")["alerts"]]

    def faults(self, **given: Any) -> Any:
        return self.ask("POST", "/faults", given)


def refused(code: int) -> Any:
    return pytest.raises(TwilioRestException, check=lambda error: error.code == code)


def list_refused(code: int) -> Any:
    """For a refused list, the SDK's error has no code field: the code is only in its text."""
    return pytest.raises(TwilioException, check=lambda error: f'"code":{code},' in str(error))


def point(handle: server.Handle, user: str = ACCOUNT, password: str = TOKEN, account: str | None = None) -> Client:
    client = Client(user, password, account)
    client.api.base_url = handle.url
    return client


@pytest.fixture
def carrier() -> Iterator[server.Handle]:
    handle = server.start(account_sid=ACCOUNT, auth_token=TOKEN, numbers=10)
    yield handle
    handle.stop()


@pytest.fixture
def client(carrier: server.Handle) -> Client:
    return point(carrier)


@pytest.fixture
def phones(carrier: server.Handle) -> Phones:
    return Phones(carrier.url)


@pytest.fixture
def app() -> Iterator[WebhookApp]:
    found = WebhookApp()
    yield found
    found.stop()


@dataclass
class Lines:
    """`number` is the one that Alice calls, and `dial` connects her to Bob; `shown` is the number that Bob sees."""

    app: WebhookApp
    number: Any
    shown: Any

    def answer(self, twiml: str, *more: Any) -> None:
        self.number.update(voice_url=self.app.say("/voice", twiml, *more))

    def dial(self, attributes: str = "", noun: str = "", after: str = "", to: str = BOB) -> None:
        """Answers with a Dial that holds Bob's number, as Maskline does to connect a call."""
        given = f'callerId="{self.shown.phone_number}" {attributes}'
        self.answer(f"<Response><Dial {given}><Number {noun}>{to}</Number></Dial>{after}</Response>")


EVENTS = 'statusCallback="/status" statusCallbackEvent="initiated ringing answered completed"'


@pytest.fixture
def lines(app: WebhookApp, owned: list[Any]) -> Lines:
    near = next(n for n in owned if n.phone_number.startswith("+1415"))
    return Lines(app, near, next(n for n in owned if n.phone_number.startswith("+1212")))


@pytest.fixture
def owned(client: Client) -> list[Any]:
    """The account's phone numbers as SDK objects, sorted by number."""
    return sorted(client.incoming_phone_numbers.list(), key=lambda n: str(n.phone_number))
