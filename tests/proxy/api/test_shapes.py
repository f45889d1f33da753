"""The JSON of each resource has exactly the fields of Twilio's OpenAPI file and ours, and is valid by that file."""

from __future__ import annotations

import json
import os
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml
from jsonschema import Draft202012Validator, FormatChecker

from tests.support.stack import ACCOUNT, TOKEN

SPECS = Path(os.environ.get("SPECS_DIR") or Path(__file__).resolve().parents[3].parent / "shared" / "specs")
SERVICE = "proxy.v1.service"
#: Our fields, in addition to Proxy's.
OURS = {
    SERVICE: {
        "cooling_seconds", "cooling_policy", "friendly_name", "language", "events_url", "expiring_seconds",
        "on_intercept_failure", "intercept_timeout", "whisper", "end_calls", "ring_timeout", "call_time_limit",
        "opt_out_scope", "opt_out_words", "content_phone", "content_card", "content_email",
        "content_profanity", "allowed_countries", "allowed_prefixes",
        "delivery", "content_retention", "address_retention", "redact_after",
        "quiet_hours", "quiet_hours_for", "quiet_hours_expiry",
        "delete_media", "stranger_answers", "stranger_questions",
    },
    f"{SERVICE}.phone_number": {"state", "drift"},
    f"{SERVICE}.session.participant": {"participant_type", "language", "time_zone"},
    f"{SERVICE}.session.interaction": {
        "error_code", "blocked_by", "unchecked", "outbound_resource_state", "segments", "encoding", "content_flags",
        "inbound_redaction", "inbound_redaction_code", "outbound_redaction", "outbound_redaction_code",
    },
}  # fmt: skip
ANN, BOB = "+14155559001", "+14155559002"


@cache
def spec() -> Any:
    file = SPECS / "twilio_proxy_v1.yaml"
    if not file.exists():
        pytest.skip("Twilio's OpenAPI files are not present")
    return yaml.load(file.read_text(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def _plain(node: Any) -> Any:
    """Replaces `nullable` of OpenAPI 3.0 by the type null of JSON Schema."""
    if isinstance(node, list):
        return [_plain(item) for item in node]
    if not isinstance(node, dict):
        return node
    found = {key: _plain(value) for key, value in node.items() if key != "nullable"}
    return {"anyOf": [found, {"type": "null"}]} if node.get("nullable") is True else found


def check(name: str, url: str) -> dict[str, Any]:
    """Fetches the resource, checks it and returns its body."""
    body: dict[str, Any] = requests.get(url, auth=(ACCOUNT, TOKEN), timeout=10).json()
    schemas = spec()["components"]["schemas"]
    assert set(body) == set(schemas[name]["properties"]) | OURS.get(name, set())
    schema = {"$ref": f"#/components/schemas/{name}", "components": _plain(spec()["components"])}
    errors = Draft202012Validator(schema, format_checker=FormatChecker()).iter_errors(body)
    # The file does not mark its enums as nullable, but a leg that does not exist has no status.
    assert [f"{list(e.path)}: {e.message}" for e in errors if e.instance is not None] == []
    return body


def test_service(shop):
    body = check(SERVICE, shop.fetch().url)
    assert set(body["links"]) == {"sessions", "phone_numbers", "notices", "content_lists"}


def test_phone_number(numbers):
    body = check(f"{SERVICE}.phone_number", numbers[0].url)
    assert body["capabilities"] == {"sms": True, "mms": True, "voice": True, "fax": False}


def test_session(shop):
    made = shop.sessions.create()
    body = check(f"{SERVICE}.session", made.url)
    empty = [name for name, value in body.items() if value is None]
    assert set(empty) == {"unique_name", "date_ended", "date_last_interaction", "date_expiry"} | set(empty) & {
        "date_started"
    }
    shop.sessions(made.sid).update(status="closed")
    assert check(f"{SERVICE}.session", made.url)["date_ended"]


def test_participant(shop, numbers):
    session = shop.sessions(shop.sessions.create().sid)
    url = session.participants.create(identifier=ANN, friendly_name="Ann").url
    assert check(f"{SERVICE}.session.participant", url)["date_deleted"] is None
    requests.delete(url, auth=(ACCOUNT, TOKEN), timeout=10)
    assert check(f"{SERVICE}.session.participant", url)["date_deleted"]


def test_interaction(stack, sdk, shop, numbers):
    session = shop.sessions(shop.sessions.create(participants=[{"Identifier": ANN}, {"Identifier": BOB}]).sid)
    ann, bob = session.participants.list()
    text = {"from": ANN, "to": ann.proxy_identifier, "body": 'He said "hé"\n😀'}
    requests.post(f"{stack.carrier.url}/sim/text?wait=1", json=text, timeout=30).raise_for_status()
    (found,) = session.interactions.list()
    body = check(f"{SERVICE}.session.interaction", found.url)
    assert json.loads(body["data"]) == {"body": text["body"]}
    assert (body["type"], body["error_code"]) == ("message", None)
    assert (body["inbound_participant_sid"], body["outbound_participant_sid"]) == (ann.sid, bob.sid)
    assert (body["inbound_resource_type"], body["outbound_resource_type"]) == ("message", "message")
    assert (body["inbound_resource_status"], body["outbound_resource_status"]) == ("delivered", "delivered")
    for side in ("inbound", "outbound"):
        carrier, sid = f"{stack.carrier.url}/2010-04-01/Accounts/{ACCOUNT}", body[f"{side}_resource_sid"]
        assert body[f"{side}_resource_url"] == f"{carrier}/Messages/{sid}.json"
        assert requests.get(body[f"{side}_resource_url"], auth=(ACCOUNT, TOKEN), timeout=10).json()["sid"] == sid
    assert session.fetch().status == "in-progress"
    assert session.interactions(found.sid).delete() is True
    assert session.interactions.list() == []
