"""TWILIO_REGION and TWILIO_EDGE make the SDK rewrite the host of any base URL, ours too."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests
from twilio.rest import Client

from common.warnings import warnings
from services.accounts import carrier_of
from tests.support import stores
from tests.support.stack import ACCOUNT, TOKEN, Stack

SET = {"TWILIO_REGION": "ie1", "TWILIO_EDGE": "dublin"}
NUMBER = "+13125551999"


@pytest.fixture
def stack(valkey_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stack]:
    """A stack whose environment has settings that are meant for another program."""
    for name, value in SET.items():
        monkeypatch.setenv(name, value)
    stores.empty(valkey_url)
    found = Stack(valkey_url)
    yield found
    found.stop()
    stores.empty(valkey_url)


def test_our_carrier_is_asked_where_it_is(stack: Stack) -> None:
    """`get_hostname` of twilio-python rewrites the host; our requests must not use its result."""
    assert Client(ACCOUNT, TOKEN).get_hostname("http://127.0.0.1:5055") == "http://127.dublin.ie1.0.1:5055"
    requests.post(f"{stack.carrier.url}/sim/numbers", json={"phone_number": NUMBER}, timeout=10).raise_for_status()
    services = f"{stack.url}/proxy/v1/Services"
    made = requests.post(services, {"UniqueName": "region"}, auth=(ACCOUNT, TOKEN), timeout=30).json()
    added = requests.post(
        f"{services}/{made['sid']}/PhoneNumbers", {"PhoneNumber": NUMBER}, auth=(ACCOUNT, TOKEN), timeout=30
    )
    assert added.status_code == 201, added.text
    url, _, _ = carrier_of(stack.runtime, ACCOUNT).media_request("MM" + "1" * 32, "ME" + "1" * 32)
    assert url.startswith(f"{stack.carrier.url}/2010-04-01/")


@pytest.mark.parametrize("names", [["TWILIO_REGION"], ["TWILIO_EDGE"], ["TWILIO_REGION", "TWILIO_EDGE"]])
def test_start_up_says_that_they_are_ignored(stack: Stack, names: list[str]) -> None:
    (said,) = (
        text for text in warnings(stack.runtime.settings, {name: SET[name] for name in names}) if "ignored" in text
    )
    assert said.startswith(" and ".join(names)) and "unset" in said and "TWILIO_API_URL=" in said
    assert not any("ignored" in text for text in warnings(stack.runtime.settings, {"TWILIO_REGION": ""}))


def test_a_program_that_needs_them_elsewhere_clears_them_on_its_client(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Runs the line that docs/compatibility.md has for twilio-python."""
    client = stack.sdk()
    client.region = client.edge = ""
    assert client.proxy.v1.services.list() == []
