"""An empty value of a field of ours sets its default, as docs/fields.md says, at creation and at an update alike."""

from __future__ import annotations

import requests

from common.sids import new
from proxy.api.schemas import ServiceForm
from services.services import OURS
from tests.support.stack import ACCOUNT, TOKEN, Stack

#: For each field a value that is not its default.
GIVEN = {
    "CoolingSeconds": "7", "CoolingPolicy": "strict", "Language": "es", "EventsUrl": "https://shop.example/events",
    "ExpiringSeconds": "60", "OnInterceptFailure": "block", "InterceptTimeout": "4", "Whisper": "false",
    "EndCalls": "true", "RingTimeout": "30", "CallTimeLimit": "600", "OptOutScope": "service", "OptOutWords": "genug",
    "ContentPhone": "mask", "ContentCard": "mask", "ContentEmail": "mask", "ContentProfanity": "flag",
    "AllowedCountries": "US", "AllowedPrefixes": "+1", "Delivery": "send", "ContentRetention": "discard",
    "AddressRetention": "obfuscate", "RedactAfter": "60", "QuietHours": "21:00-08:00", "QuietHoursFor": "all",
    "QuietHoursExpiry": "60", "DeleteMedia": "true", "StrangerAnswers": "7", "StrangerQuestions": "8",
}  # fmt: skip


def post(stack: Stack, path: str, form: dict[str, str]) -> requests.Response:
    return requests.post(f"{stack.url}/proxy/v1/Services{path}", form, auth=(ACCOUNT, TOKEN), timeout=30)


def settings(answer: requests.Response) -> dict[str, object]:
    assert answer.status_code in (200, 201), answer.text
    return {name: value for name, value in answer.json().items() if name not in ("date_updated", "links", "url")}


def test_every_field_of_ours_is_played():
    ours = {"cooling_seconds", "cooling_policy", *OURS}
    assert set(GIVEN) == {field.data_key for name, field in ServiceForm().fields.items() if name in ours}


def test_an_empty_value_of_an_update_sets_the_default(stack: Stack) -> None:
    usual = settings(post(stack, "", {"UniqueName": new("empty-")}))
    changed = settings(post(stack, f"/{usual['sid']}", GIVEN))
    assert len([name for name in usual if usual[name] != changed[name]]) == len(GIVEN)
    assert settings(post(stack, f"/{usual['sid']}", dict.fromkeys(GIVEN, ""))) == usual


def test_an_empty_value_of_a_creation_sets_the_default(stack: Stack) -> None:
    names = ("sid", "unique_name", "friendly_name", "date_created")
    usual = settings(post(stack, "", {"UniqueName": new("empty-")}))
    empty = settings(post(stack, "", {"UniqueName": new("empty-"), **dict.fromkeys(GIVEN, "")}))
    assert {n: v for n, v in empty.items() if n not in names} == {n: v for n, v in usual.items() if n not in names}


def test_fields_of_proxy_keep_their_kind(stack: Stack) -> None:
    """An empty value is refused: the specification says that DefaultTtl is an integer and GeoMatchLevel an enum."""
    for name in ("DefaultTtl", "GeoMatchLevel", "NumberSelectionBehavior"):
        answer = post(stack, "", {"UniqueName": new("empty-"), name: ""})
        assert (answer.status_code, answer.json()["message"].partition(":")[0]) == (400, name)
