"""Checks every answer against Twilio's own OpenAPI file. Skipped where the file is not present."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import requests
import yaml

from simulator.segments import count
from tests.simulator.conftest import ACCOUNT, ALICE, BOB, TOKEN

SPECS = Path(os.environ.get("SPECS_DIR") or Path(__file__).parents[2].parent / "shared" / "specs")
PREFIX = "/2010-04-01/Accounts/{AccountSid}"


@lru_cache
def spec() -> Any:
    path = SPECS / "twilio_api_v2010.yaml"
    if not path.exists():
        pytest.skip("Twilio's OpenAPI files are not present")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return _strict(yaml.load(path.read_text(), Loader=loader))


def _strict(node: Any) -> Any:
    """Turns OpenAPI's `nullable` into JSON Schema; makes every listed property required, and allows no others."""
    if isinstance(node, list):
        return [_strict(one) for one in node]
    if not isinstance(node, dict):
        return node
    found = {key: _strict(value) for key, value in node.items()}
    if found.pop("nullable", False) and isinstance(found.get("type"), str):
        found["type"] = [found["type"], "null"]
        if "enum" in found:
            found["enum"] = [*found["enum"], None]
    if isinstance(found.get("properties"), dict) and "type" in found:
        found["required"] = list(found["properties"])
        found["properties"] = {**found["properties"], **FORMER}
        found["additionalProperties"] = False
    return found


#: No longer in Twilio's file, but the oldest SDKs cannot read a Call without it.
FORMER: dict[str, Any] = {"annotation": {}}


def check(method: str, path: str, answer: requests.Response) -> Any:
    operation = spec()["paths"][path][method]
    schema = operation["responses"][str(answer.status_code)]["content"]["application/json"]["schema"]
    jsonschema.validate(answer.json(), {**schema, "components": spec()["components"]})
    return answer.json()


@pytest.fixture
def ask(carrier):
    def request(method: str, path: str, fields: Any = None, **names: str) -> Any:
        url = path.format(AccountSid=ACCOUNT, **{"Sid": ACCOUNT, **names})
        answer = requests.request(method, carrier.url + url, data=fields, auth=(ACCOUNT, TOKEN), timeout=10)
        return check(method, path, answer)

    spec()
    return request


def test_numbers_have_the_documented_shape(ask):
    (first, *_) = ask("get", f"{PREFIX}/IncomingPhoneNumbers.json")["incoming_phone_numbers"]
    ask("get", f"{PREFIX}/IncomingPhoneNumbers/{{Sid}}.json", Sid=first["sid"])
    ask("post", f"{PREFIX}/IncomingPhoneNumbers/{{Sid}}.json", {"SmsUrl": "https://a.example/"}, Sid=first["sid"])
    ask("post", f"{PREFIX}/IncomingPhoneNumbers.json", {"AreaCode": "415"})
    for kind in ("Local", "TollFree"):
        ask("get", f"{PREFIX}/AvailablePhoneNumbers/{{CountryCode}}/{kind}.json", CountryCode="US")
    ask("get", f"{PREFIX}/AvailablePhoneNumbers/{{CountryCode}}/Mobile.json", CountryCode="GB")


def test_messages_have_the_documented_shape(ask, phones):
    numbers = ask("get", f"{PREFIX}/IncomingPhoneNumbers.json")["incoming_phone_numbers"]
    sender = numbers[0]["phone_number"]
    fields = {"To": ALICE, "From": sender, "Body": "hi", "MediaUrl": "https://m.example/a.png"}
    sid = ask("post", f"{PREFIX}/Messages.json", fields)["sid"]
    phones.faults(refuse={"to": ALICE, "code": 30003})
    ask("post", f"{PREFIX}/Messages.json", {"To": ALICE, "From": sender, "Body": "hi"})
    phones.text(ALICE, sender, "inbound")
    assert len(ask("get", f"{PREFIX}/Messages.json")["messages"]) == 3
    ask("get", f"{PREFIX}/Messages/{{Sid}}.json", Sid=sid)
    media = ask("get", f"{PREFIX}/Messages/{{MessageSid}}/Media.json", MessageSid=sid)["media_list"]
    ask("get", f"{PREFIX}/Messages/{{MessageSid}}/Media/{{Sid}}.json", MessageSid=sid, Sid=media[0]["sid"])
    ask("post", f"{PREFIX}/Messages/{{Sid}}.json", {"Body": ""}, Sid=sid)


def test_calls_have_the_documented_shape(ask, phones, lines):
    number = lines.number.phone_number
    fields = {"To": ALICE, "From": number, "Twiml": "<Response><Record/></Response>"}
    sid = ask("post", f"{PREFIX}/Calls.json", fields)["sid"]
    phones.settle()
    ask("get", f"{PREFIX}/Calls/{{Sid}}.json", Sid=sid)
    phones.act(ALICE, "say", text="hello")
    phones.act(ALICE, "keys", keys="#")
    ask("get", f"{PREFIX}/Calls/{{CallSid}}/Recordings.json", CallSid=sid)
    lines.dial()
    live = phones.call(ALICE, number, caller_name="A", forwarded_from=BOB)["sid"]
    taped = ask("post", f"{PREFIX}/Calls/{{CallSid}}/Recordings.json", {"RecordingTrack": "both"}, CallSid=live)["sid"]
    ask("post", f"{PREFIX}/Calls/{{CallSid}}/Recordings/{{Sid}}.json", {"Status": "paused"}, CallSid=live, Sid=taped)
    ask("post", f"{PREFIX}/Calls/{{Sid}}.json", {"Status": "completed"}, Sid=live)
    phones.settle()
    assert len(ask("get", f"{PREFIX}/Calls.json")["calls"]) == 3
    (recording,) = ask("get", f"{PREFIX}/Calls/{{CallSid}}/Recordings.json", CallSid=sid)["recordings"]
    ask("get", f"{PREFIX}/Calls/{{CallSid}}/Recordings/{{Sid}}.json", CallSid=sid, Sid=recording["sid"])
    ask("get", f"{PREFIX}/Recordings.json")
    ask("get", f"{PREFIX}/Recordings/{{Sid}}.json", Sid=taped)


def test_keys_and_accounts_have_the_documented_shape(ask):
    sid = ask("post", f"{PREFIX}/Keys.json", {"FriendlyName": "x"})["sid"]
    ask("get", f"{PREFIX}/Keys.json")
    ask("get", f"{PREFIX}/Keys/{{Sid}}.json", Sid=sid)
    ask("post", f"{PREFIX}/Keys/{{Sid}}.json", {"FriendlyName": "y"}, Sid=sid)
    ask("get", "/2010-04-01/Accounts/{Sid}.json")


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("€" * 80, 1),
        ("a" * 152 + "€" + "a" * 152, 3),
        ("ç" * 70, 1),
        ("ç" * 71, 2),
        ("👋" * 35, 1),
        ("👋" * 66, 2),
        ("👋" * 67, 3),
    ],
)
def test_segments_are_counted_as_they_are_billed(text, parts):
    assert count(text) == parts
