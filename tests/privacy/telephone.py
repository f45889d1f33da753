"""The part of the scenario with calls, and with a customer's app that gets callbacks and events."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import requests

from tests.privacy.scenario import ALICE, BOB, DAVE, FRANK, GRACE, NEVER, STRANGER, WORDS, Scenario
from tests.support.stack import ACCOUNT, TOKEN
from tests.support.telephones import act, advance, call, plan

JSON, XML = "application/json", "text/html"


@dataclass
class App:
    """A customer's app. `posted`: path, headers, body of each request. `answers`: path -> status, type, body."""

    url: str = ""
    posted: list[tuple[str, bytes, bytes]] = field(default_factory=list)
    answers: dict[str, tuple[int, str, str]] = field(default_factory=dict)


@contextmanager
def customers_app() -> Iterator[App]:
    app = App()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            app.posted.append((self.path, bytes(self.headers), body))
            status, kind, text = app.answers.get(self.path.partition("?")[0], (204, JSON, ""))
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(text.encode())))
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    app.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield app
    finally:
        server.shutdown()
        server.server_close()


def listen(play: Scenario, app: App) -> None:
    """Sets the URLs of the app. It runs first, so that the app also gets the webhooks of the other steps."""
    play.webhooks.set_fields(CallbackUrl=f"{app.url}/callback", EventsUrl=f"{app.url}/events")


def calls(play: Scenario, app: App) -> None:
    webhooks = play.webhooks
    session = play.open(ALICE, BOB)
    number = session.participants.list()[0].proxy_identifier
    ways: tuple[tuple[str, dict[str, str]], ...] = (
        ("answer", {"caller_name": NEVER, "forwarded_from": NEVER}), ("busy", {}), ("no-answer", {}), ("fail", {}),
    )  # fmt: skip
    for what, more in ways:
        plan(webhooks, BOB, what, keys="1")
        call(webhooks, ALICE, number, **more)
        advance(webhooks, 40)
    act(webhooks, BOB, "hangup")
    plan(webhooks, BOB, "voicemail", name=NEVER)
    call(webhooks, ALICE, number)
    advance(webhooks, 40)
    for phone in (STRANGER, "+266696687"):
        call(webhooks, phone, number)
    for phone in (ALICE, BOB):
        plan(webhooks, phone, "answer", keys="1")
    place(play, session, ALICE)
    session.update(status="closed")
    call(webhooks, ALICE, number)


def place(play: Scenario, session: Any, first: str) -> None:
    person = next(one for one in session.participants.list() if one.identifier == first)
    url = f"{play.webhooks.stack.url}/proxy/v1/Services/{play.webhooks.sid}/Sessions/{session._solution['sid']}/Calls"
    assert requests.post(url, {"Participant": person.sid}, auth=(ACCOUNT, TOKEN), timeout=30).status_code == 201
    play.webhooks.sim("GET", "/settle")
    act(play.webhooks, first, "hangup")


def questions(play: Scenario, app: App) -> None:
    webhooks = play.webhooks
    webhooks.set_fields(InterceptCallbackUrl=f"{app.url}/intercept", OutOfSessionCallbackUrl=f"{app.url}/stranger")
    session = play.open(DAVE, FRANK)
    for status in (200, 403, 500):
        app.answers["/intercept"] = status, JSON, f'"{NEVER}"'
        play.text(DAVE, session, WORDS[0])
        call(webhooks, DAVE, session.participants.list()[0].proxy_identifier)
        if status != 403:
            act(webhooks, DAVE, "hangup")
    number = webhooks.pool[1]
    for status, kind, text in (
        (200, XML, f"<Response><Say>{WORDS[2]}</Say></Response>"), (404, XML, NEVER), (201, XML, "Created"),
        (200, JSON, json.dumps({"participantIdentifier": NEVER * 20})),
    ):  # fmt: skip
        app.answers["/stranger"] = status, kind, text
        call(webhooks, STRANGER, number)
        if status != 200:
            webhooks.text(STRANGER, number, WORDS[2])
    app.answers["/stranger"] = 200, JSON, json.dumps({"participantIdentifier": GRACE})
    app.answers["/intercept"] = 200, JSON, ""
    play.met[STRANGER, number] = GRACE
    webhooks.text(STRANGER, number, WORDS[2])
    assert WORDS[2] in [body for _, body in webhooks.inbox(GRACE)]
    webhooks.set_fields(InterceptCallbackUrl="", OutOfSessionCallbackUrl="")
