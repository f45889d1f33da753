"""What every program uses: the addresses, the SDK client, and the phones of the people."""

from __future__ import annotations

import base64
import json
import os
import time
import urllib.request
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from . import names

names.install()

URL, CARRIER, SERVICE = (os.environ[name] for name in ("MASKLINE_URL", "CARRIER_URL", "SERVICE_SID"))
ACCOUNT, TOKEN = os.environ["TWILIO_ACCOUNT_SID"], os.environ["TWILIO_AUTH_TOKEN"]
FORM = "application/x-www-form-urlencoded"
PATIENCE_SECONDS = 20


def client(user: str = ACCOUNT, password: str = TOKEN) -> Any:
    """An unmodified SDK needs only one line to use Maskline; the second line replaces Twilio by the simulator."""
    from twilio.rest import Client

    found = Client(user, password, ACCOUNT)
    found.proxy.base_url = f"{URL}/proxy"
    found.api.base_url = CARRIER
    return found


def service() -> Any:
    return client().proxy.v1.services(SERVICE)


def configure(**fields: str) -> None:
    """Configures the Service, as somebody does once in the console: the oldest SDKs have no fields for this."""
    request("POST", f"{URL}/proxy/v1/Services/{SERVICE}", urlencode(fields), FORM)


def eventually(ready: Callable[[], Any]) -> Any:
    """Waits until `ready` returns a true value, and returns it: callbacks come at an unknown time."""
    until = time.monotonic() + PATIENCE_SECONDS
    while not (found := ready()):
        assert time.monotonic() < until, "that has not come about"
        time.sleep(0.02)
    return found


def refusal(call: Callable[[], Any]) -> tuple[int, int]:
    """The HTTP status and error code of a call that must fail."""
    from twilio.base.exceptions import TwilioRestException

    try:
        call()
    except TwilioRestException as error:
        return error.status, error.code
    raise AssertionError("that should have been refused")


def text(sender: str, to: str, body: str) -> None:
    """Somebody texts a number. Returns when everything that follows from it has happened."""
    answer = request("POST", f"{CARRIER}/sim/text?wait=1", json.dumps({"from": sender, "to": to, "body": body}))
    assert answer["settled"], answer


def inbox(phone: str) -> list[tuple[str, str]]:
    """(from, text) of all messages that have arrived, oldest first. Reading them deletes them."""
    address = f"{CARRIER}/sim/inbox/{phone}"
    found = request("GET", address)["messages"]
    request("DELETE", address)
    return [(message["from"], message["body"]) for message in found]


def request(method: str, url: str, body: str | None = None, content_type: str = "application/json") -> Any:
    """A request without any SDK."""
    login = base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
    headers = {"Content-Type": content_type, "Authorization": f"Basic {login}"}
    data = body.encode() if body is not None else None
    with urllib.request.urlopen(urllib.request.Request(url, data, headers, method=method), timeout=20) as response:
        return json.loads(response.read() or b"null")
