"""Mistakes of newcomers: a base URL, a + in a form, a field's name. The answer names the mistake and the fix."""

from __future__ import annotations

import logging

import pytest
import requests

from common.sids import new
from proxy.api import unknown_fields
from tests.support.stack import ACCOUNT, TOKEN, Stack

AUTH = (ACCOUNT, TOKEN)


@pytest.mark.parametrize("base", ["", "/", "/proxy/proxy", "/proxy//"])
def test_a_wrong_base_url_is_told_how_to_be_right(stack: Stack, base: str) -> None:
    answer = requests.get(f"{stack.url}{base}/v1/Services", auth=AUTH, timeout=30)
    assert (answer.status_code, answer.json()["code"]) == (404, 20404)
    message = answer.json()["message"]
    assert f"set client.proxy.base_url (Node: baseUrl) to {stack.url}/proxy" in message or "two slashes" in message


@pytest.mark.parametrize("path", ["/proxy/Services", "/Services", "/proxy/v2/Services"])
def test_a_path_without_v1(stack: Stack, path: str) -> None:
    message = requests.get(f"{stack.url}{path}", auth=AUTH, timeout=30).json()["message"]
    assert "/proxy/v1" in message


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/", "starts at {url}/proxy/v1/Services"),
        ("/proxy", "starts at {url}/proxy/v1/Services"),
        ("/proxy/v1", "starts at {url}/proxy/v1/Services"),
        ("/proxy/v1/services", "did you mean Services?"),
        ("/proxy/v1/Services/rides/Session", "did you mean Sessions?"),
        ("/proxy/v1/Services/rides/Sessions/a/Participant", "did you mean Participants?"),
        ("/proxy/v1/Services/rides/phone_numbers", "did you mean PhoneNumbers?"),
    ],
)
def test_a_path_that_is_nearly_one(stack: Stack, path: str, said: str) -> None:
    answer = requests.get(f"{stack.url}{path}", auth=AUTH, timeout=30)
    assert answer.status_code == 404
    assert said.format(url=stack.url) in answer.json()["message"]


def test_a_slash_at_the_end(stack: Stack) -> None:
    answer = requests.get(f"{stack.url}/proxy/v1/Services/", auth=AUTH, timeout=30)
    assert (answer.status_code, answer.json()["message"]) == (404, "The path ends with a slash: remove it")


def test_the_sdk_with_a_slash_at_the_end_of_its_base_url(stack: Stack) -> None:
    client = stack.sdk()
    client.proxy.base_url = f"{stack.url}/proxy/"
    name = new("slash-")
    assert client.proxy.v1.services.create(unique_name=name).unique_name == name


def post(stack: Stack, path: str, body: str) -> requests.Response:
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    return requests.post(f"{stack.url}/proxy/v1/Services{path}", body, headers=kind, auth=AUTH, timeout=30)


@pytest.fixture(scope="module")
def service(stack: Stack) -> str:
    return str(stack.sdk().proxy.v1.services.create(unique_name=new("slips-")).sid)


@pytest.fixture(scope="module")
def session(stack: Stack, service: str) -> str:
    return str(stack.sdk().proxy.v1.services(service).sessions.create().sid)


PLAIN_PLUS = [
    ("/PhoneNumbers", "PhoneNumber=+14155550100"),
    ("/Sessions/{session}/Participants", "Identifier=+14085550111"),
    ("/Sessions/{session}/Participants", "Identifier=%2B14085550111&ProxyIdentifier=+14155550100"),
    ("/Sessions", 'Participants={"Identifier": "+14085550111"}'),
    ("/Sessions", "DateExpiry=2030-01-31T12:00:00+02:00"),
    ("", "UniqueName=plus&AllowedPrefixes=+1"),
]


@pytest.mark.parametrize(("path", "body"), PLAIN_PLUS)
def test_a_plus_that_is_not_escaped(stack: Stack, service: str, session: str, path: str, body: str) -> None:
    where = f"/{service}{path.format(session=session)}" if path else ""
    answer = post(stack, where, body)
    assert answer.status_code == 400
    assert "in a form, write + as %2B (curl --data-urlencode does this)" in answer.json()["message"]


def test_a_misspelt_field_is_named(stack: Stack, caplog: pytest.LogCaptureFixture) -> None:
    stack.runtime.part(unknown_fields.Logged).names.clear()
    caplog.set_level(logging.WARNING, "maskline.api")
    for _ in range(2):
        answer = post(stack, "", f"UniqueName={new('slip-')}&EventUrl=https%3A%2F%2Fapp.example%2F&attributes=x")
        assert answer.status_code == 201
        assert answer.headers[unknown_fields.HEADER] == "EventUrl (did you mean EventsUrl?), attributes"
    warnings = [record.getMessage() for record in caplog.records if record.name == "maskline.api"]
    assert warnings == [
        "POST /proxy/v1/Services: no field is named EventUrl, so it is ignored; did you mean EventsUrl?"
    ]


def test_a_misspelt_key_of_an_inline_participant(stack: Stack, service: str) -> None:
    people = '{"identifier": "%2B14085550117", "friendly_nam": "Rider", "friendly_name": "Rider"}'
    answer = post(stack, f"/{service}/Sessions", f"Participants={people}")
    shown = answer.headers[unknown_fields.HEADER]
    assert shown == "Participants.friendly_nam (did you mean Participants.FriendlyName?)"


def test_a_value_in_place_of_a_name_is_not_repeated(stack: Stack) -> None:
    answer = post(stack, "", f"UniqueName={new('slip-')}&%2B14085550111=x&call+me=1")
    assert answer.status_code == 201 and unknown_fields.HEADER not in answer.headers


def test_no_header_where_all_fields_are_known(stack: Stack) -> None:
    answer = post(stack, "", f"UniqueName={new('slip-')}&eventsurl=x")
    assert unknown_fields.HEADER not in post(stack, "", f"UniqueName={new('slip-')}").headers
    assert answer.headers[unknown_fields.HEADER] == "eventsurl (did you mean EventsUrl?)"
